// The same requests for the sealed container and the one on the sinkhole: the samples, or a small JSON body where there are none.
import { pause } from '../../model/readiness.ts';
import type { ValidationContainer } from '../containers.ts';
import { type Evidence, NotDecided, type Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { platformHeaders } from '../platform-headers.ts';
import { type Sample, samples } from '../samples.ts';
import { servingContainer } from './sealed-run.ts';

export interface Invocation {
  readonly sample: string;
  readonly invoked: Invoked;
}

type Asked = Pick<Sample, 'name' | 'contentType' | 'accept' | 'body'>;

/** No container need understand it; one that answers it with 400 has been asked all the same. */
const generic: Asked = {
  name: '(no samples: an empty JSON object)',
  contentType: 'application/json',
  accept: null,
  body: Buffer.from('{}'),
};
const samplesMax = 10;
const bodyBytesMax = 1024 * 1024;
/** So that one slow answer makes no percentile. */
const invocationsMin = 20;
/** After this none is begun; each that was has all of its own time. */
const allTimeoutMs = 20_000;
const eachTimeoutMs = 10_000;

/** Each of the samples the same number of times; ends early where the time is over. */
export async function invokeAll(
  { channel }: Pick<ValidationContainer, 'channel'>,
  { evidence, signal }: { readonly evidence: Evidence; readonly signal: AbortSignal },
): Promise<readonly Invocation[]> {
  const asked = await requests(evidence);
  const deadline = performance.now() + allTimeoutMs;
  const invocations: Invocation[] = [];
  for (let round = 0; round * asked.length < invocationsMin; round += 1) {
    for (const sample of asked) {
      if (performance.now() >= deadline) return invocations;
      const invoked = await invoke(channel, { headers: platformHeaders(sample), body: sample.body, timeoutMs: eachTimeoutMs, signal });
      invocations.push({ sample: sample.name, invoked });
    }
  }
  return invocations;
}

async function requests(evidence: Evidence): Promise<readonly Asked[]> {
  try {
    const given = (await evidence.of(samples)).filter(({ body }) => body.length <= bodyBytesMax);
    return given.length === 0 ? [generic] : given.slice(0, samplesMax);
  } catch (error) {
    if (error instanceof NotDecided) return [generic];
    throw error;
  }
}

/** Of the sealed container that serves; rejects with NotDecided where there is none. */
export const sealedInvocations: Probe<readonly Invocation[]> = {
  title: 'timing requests sealed',
  async run({ evidence, signal }) {
    return invokeAll(await servingContainer(evidence), { evidence, signal });
  },
};

/** Other checks use the container, too: a slow answer proves nothing before it was slow again. */
const calmPauseMs = 3_000;
const repetitions = [1, 2];

/** The same again later, one after the other. */
export const laterSealedInvocations: readonly Probe<readonly Invocation[]>[] = repetitions.map((number) => ({
  title: `timing requests sealed again (${number})`,
  async run({ evidence, signal }) {
    const container = await servingContainer(evidence);
    await pause(calmPauseMs, signal);
    return invokeAll(container, { evidence, signal });
  },
}));

/** What is refused as the client's mistake is refused in order; an error of the server's is worse, and no answer the worst. */
export function isWorse(one: Invoked, other: Invoked): boolean {
  return rank(one) > rank(other);
}

function rank(invoked: Invoked): number {
  if (invoked.kind === 'failed') return 3;
  if (invoked.status >= 500) return 2;
  return invoked.status >= 400 ? 1 : 0;
}
