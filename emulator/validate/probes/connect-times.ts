// How fast the container accepts connections, measured by the relay inside its network namespace: at rest, and while it answers a request.
import { pause } from '../../model/readiness.ts';
import type { ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { invoke } from '../invoke.ts';
import { requestToSend } from './generic-request.ts';
import { servingContainer } from './sealed-run.ts';

/** Milliseconds each; null: refused, or not within 3 s. */
export interface ConnectTimes {
  readonly atRest: readonly (number | null)[];
  readonly underLoad: readonly (number | null)[];
}

/** At the same time; as many as a small endpoint has. */
const parallel = 4;
const rounds = 3;
/** So that the request has reached the program. */
const headStartMs = 50;
const invocationTimeoutMs = 20_000;

export const connectTimes: Probe<ConnectTimes> = {
  title: 'timing how it accepts connections',
  async run({ evidence, signal }: ProbeContext) {
    const container = await servingContainer(evidence);
    const { headers, body } = await requestToSend(evidence);
    const atRest: (number | null)[] = [];
    const underLoad: (number | null)[] = [];
    for (let round = 0; round < rounds; round += 1) {
      atRest.push(...(await measure(container)));
      const invoked = invoke(container.channel, { headers, body, timeoutMs: invocationTimeoutMs, signal });
      // Heard of below.
      invoked.catch(() => {});
      await pause(headStartMs, signal);
      underLoad.push(...(await measure(container)));
      await invoked;
    }
    if (container.exit() !== null) throw new NotDecided('the container ended meanwhile');
    return { atRest, underLoad };
  },
};

async function measure(container: ValidationContainer): Promise<(number | null)[]> {
  try {
    return await Promise.all(Array.from({ length: parallel }, () => container.connectTime()));
  } catch (error) {
    if (container.exit() !== null) throw new NotDecided('the container ended meanwhile');
    throw error;
  }
}
