// Each sample, posted once to the sealed container with SageMaker's five headers and its 60 s.
import { NotDecided, type Probe } from '../evidence.ts';
import { type Invoked, invoke, isSuccess } from '../invoke.ts';
import { platformHeaders } from '../platform-headers.ts';
import { type Sample, samples } from '../samples.ts';
import { servingContainer } from './sealed-run.ts';

export interface SampleAnswer {
  readonly sample: Sample;
  /** Null: not asked, as others before had taken all their time. */
  readonly invoked: Invoked | null;
}

export interface GoodAnswer {
  readonly sample: Sample;
  readonly invoked: Extract<Invoked, { kind: 'answered' }>;
}

export type GoodAnswers = readonly [GoodAnswer, ...GoodAnswer[]];

/** Ours: a container that hangs is not asked a hundred times for a minute each. */
const timeoutsMax = 2;

/** In the order of the samples. Rejects with NotDecided without samples, or where the container does not come into service. */
export const sampleAnswers: Probe<readonly SampleAnswer[]> = {
  title: 'asking the samples',
  async run({ evidence, signal }) {
    const all = await evidence.of(samples);
    const { channel } = await servingContainer(evidence);
    const answers: SampleAnswer[] = [];
    let timeouts = 0;
    for (const sample of all) {
      const invoked =
        timeouts === timeoutsMax ? null : await invoke(channel, { headers: platformHeaders(sample), body: sample.body, signal });
      if (invoked?.kind === 'failed' && invoked.reason === 'timedOut') timeouts += 1;
      answers.push({ sample, invoked });
    }
    return answers;
  },
};

/** The samples that were answered 2xx: what varies a request begins with one of these. Rejects with NotDecided where there is none. */
export async function goodAnswers({ of }: { of: <Found>(probe: Probe<Found>) => Promise<Found> }): Promise<GoodAnswers> {
  const [first, ...others] = (await of(sampleAnswers)).flatMap(({ sample, invoked }) =>
    invoked !== null && isSuccess(invoked) ? [{ sample, invoked }] : [],
  );
  if (first === undefined) throw new NotDecided('no sample is answered with 2xx; invocations-answer says why');
  return [first, ...others];
}
