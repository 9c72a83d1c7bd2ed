// A sample that is answered, asked again without Accept, with one that takes anything, and with one that nobody can satisfy.
import type { Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { goodAnswers } from './sample-answers.ts';
import { spareContainer } from './spare-container.ts';

export interface AcceptAnswers {
  readonly sample: string;
  readonly without: Invoked;
  readonly anything: Invoked;
  readonly unsatisfiable: Invoked;
}

export const unsatisfiableAccept = 'application/x-airlock-unknown';

export const acceptAnswers: Probe<AcceptAnswers> = {
  title: 'asking with other Accept headers',
  async run({ evidence, signal }) {
    const [{ sample }] = await goodAnswers(evidence);
    const spare = await evidence.of(spareContainer);
    return spare.use(async ({ channel }) => {
      const ask = (accept: Record<string, string>) =>
        invoke(channel, { headers: { 'content-type': sample.contentType, ...accept }, body: sample.body, signal });
      const without = await ask({});
      const anything = await ask({ accept: '*/*' });
      return { sample: sample.name, without, anything, unsatisfiable: await ask({ accept: unsatisfiableAccept }) };
    });
  },
};
