// GET /ping again and again after the first 200: at rest, then while POST /invocations is being answered.
import { pingTimeoutMs } from '../../limits.ts';
import { ModelFailure } from '../../model/model.ts';
import { pause } from '../../model/readiness.ts';
import type { ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { invoke } from '../invoke.ts';
import { requestToSend } from './generic-request.ts';
import { servingContainer } from './sealed-run.ts';

export interface PingPoll {
  readonly during: 'rest' | 'invocation';
  /** A status, or why there was none within 2 s. */
  readonly result: number | string;
  readonly durationMs: number;
  readonly bodyBytes: number;
  /** The beginning, as text. */
  readonly bodyText: string;
}

export interface PingPolls {
  readonly polls: readonly PingPoll[];
  /** The slowest of the invocations that were under way. */
  readonly invocationMs: number;
  readonly isSample: boolean;
}

const pollsAtRest = 30;
const pauseMs = 40;
const invocations = 3;
const invocationTimeoutMs = 20_000;
const connectPauseMs = 50;
const bodyTextMax = 1_000;

export const pingPolls: Probe<PingPolls> = {
  title: 'asking /ping again and again',
  async run({ evidence, signal }: ProbeContext) {
    const container = await servingContainer(evidence);
    const polls: PingPoll[] = [];
    for (let count = 0; count < pollsAtRest; count += 1) {
      polls.push(await poll(container, 'rest', signal));
      await pause(pauseMs, signal);
    }
    const { headers, body, isSample } = await requestToSend(evidence);
    let invocationMs = 0;
    for (let count = 0; count < invocations; count += 1) {
      let isUnderWay = true;
      const invoked = invoke(container.channel, { headers, body, timeoutMs: invocationTimeoutMs, signal }).finally(() => {
        isUnderWay = false;
      });
      // Heard of below.
      invoked.catch(() => {});
      do {
        polls.push(await poll(container, 'invocation', signal));
        if (isUnderWay) await pause(pauseMs, signal);
      } while (isUnderWay);
      invocationMs = Math.max(invocationMs, (await invoked).durationMs);
    }
    if (container.exit() !== null) throw new NotDecided('the container ended meanwhile');
    return { polls, invocationMs, isSample };
  },
};

/** A connection that is not accepted at once is tried again within the time, as the kernel of whoever asks would. */
async function poll({ channel }: ValidationContainer, during: PingPoll['during'], signal: AbortSignal): Promise<PingPoll> {
  const beganAtMs = performance.now();
  const spentMs = () => performance.now() - beganAtMs;
  for (;;) {
    const timeoutMs = Math.max(1, pingTimeoutMs - spentMs());
    try {
      const { status, body } = await channel.send({ method: 'GET', path: '/ping', headers: {}, timeoutMs, signal });
      const bodyText = body.subarray(0, bodyTextMax).toString();
      return { during, result: status, durationMs: Math.round(spentMs()), bodyBytes: body.length, bodyText };
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      signal.throwIfAborted();
      if (error.reason === 'notReady' && error.isBusy && spentMs() < pingTimeoutMs) {
        await pause(connectPauseMs, signal);
        continue;
      }
      return { during, result: error.isBusy ? 'timedOut' : error.reason, durationMs: Math.round(spentMs()), bodyBytes: 0, bodyText: '' };
    }
  }
}
