// A sample that is answered, asked again with as few headers as there can be, and with headers that a platform may add.
import type { Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { acceptOf, platformHeaders } from '../platform-headers.ts';
import { goodAnswers } from './sample-answers.ts';
import { spareContainer } from './spare-container.ts';

export interface OtherHeaderAnswers {
  readonly sample: string;
  /** Content-Type and Accept alone. */
  readonly fewest: Invoked;
  /** The five and others. */
  readonly more: Invoked;
  /** Twice the same, with the five: whether answers can be compared at all. */
  readonly five: readonly [Invoked, Invoked];
}

/** What proxies and platforms put on a request, and one that nobody knows. */
const otherHeaders = {
  'user-agent': 'AHC/2.0',
  'x-amzn-trace-id': 'Root=1-00000000-000000000000000000000000',
  'x-amzn-requestid': '00000000-0000-4000-8000-000000000000',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-airlock-unknown': 'airlock',
};

export const otherHeaderAnswers: Probe<OtherHeaderAnswers> = {
  title: 'asking with other headers',
  async run({ evidence, signal }) {
    const [{ sample }] = await goodAnswers(evidence);
    const spare = await evidence.of(spareContainer);
    return spare.use(async ({ channel }) => {
      const ask = (headers: Record<string, string>) => invoke(channel, { headers, body: sample.body, signal });
      const five = platformHeaders(sample);
      const fewest = await ask({ 'content-type': sample.contentType, accept: acceptOf(sample) });
      const more = await ask({ ...five, ...otherHeaders });
      return { sample: sample.name, fewest, more, five: [await ask(five), await ask(five)] };
    });
  },
};
