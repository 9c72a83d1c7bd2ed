// --model unix:DIR: a model in a sealed container that somebody else runs (docker compose), reached through the relay whose sockets lie in DIR.
import { AirlockError } from '../errors.ts';
import { pingStartupTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Model } from './model.ts';
import { type PingResult, tellOfSlowStart, waitForPing } from './readiness.ts';
import { connectSocketRelay } from './relay/connect-relay.ts';
import { findRelay } from './relay/find-relay.ts';
import { describeSilence, type Silence } from './relay/model-silence.ts';
import { findWayOut, type NetworkNamespace, type Relay } from './relay/relay.ts';
import { watchPing } from './relay/watch-ping.ts';
import { type Run, superviseModel, wasClosed } from './supervised-model.ts';

export interface RelayModelOptions {
  /** Where the relay made relay.sock. */
  readonly directory: string;
  /** Until /ping answers 200, once the relay is there. */
  readonly startupTimeoutMs?: number;
  /** Between two lines in the log that tell of a slow start; the first comes after half of it. */
  readonly slowStartEveryMs?: number;
  readonly log: Log;
  /** Gives up waiting for the first 200. */
  readonly signal?: AbortSignal;
}

/** How long the relay itself may take, which needs no model for it. */
const relayTimeoutMs = 15_000;
const namespaceTimeoutMs = 1_000;
const slowStartEveryMsByDefault = 10_000;

/**
 * Resolves when /ping has answered 200. Docker starts the model and its relay again; here each of these counts as a new run: its network namespace is
 * looked at before the first byte goes there, and one that is not sealed is not used where an earlier one was.
 * Rejects with AirlockError NOT_AVAILABLE (no directory, no relay) or MODEL_NOT_READY.
 */
export async function connectRelayModel({
  directory,
  startupTimeoutMs = pingStartupTimeoutMs,
  slowStartEveryMs = slowStartEveryMsByDefault,
  log,
  signal,
}: RelayModelOptions): Promise<Model> {
  let hasRelay = false;
  return superviseModel(
    {
      kind: 'container behind a relay',
      whenGone: 'the model cannot be reached; waiting until it answers again',
      async launch(closing) {
        if (!hasRelay) await findRelay(directory, Math.min(relayTimeoutMs, startupTimeoutMs), closing);
        hasRelay = true;
        return connectRun({ directory, startupTimeoutMs, slowStartEveryMs, log }, closing);
      },
      async dispose() {},
    },
    { log, ...(signal && { signal }) },
  );
}

async function connectRun(
  { directory, startupTimeoutMs, slowStartEveryMs, log }: Required<Omit<RelayModelOptions, 'signal'>>,
  closing: AbortSignal,
): Promise<Run> {
  let isServing = false;
  let namespace: NetworkNamespace | null = null;
  const relay = connectSocketRelay({
    directory,
    log,
    admit(found) {
      if (isServing) throw new Error('The relay was started again, maybe in another network namespace.');
      namespace = found;
    },
  });
  let lastPing: PingResult | null = null;
  const told = new AbortController();
  void tellOfSlowStart(slowStartEveryMs, AbortSignal.any([closing, told.signal]), async (seconds) => {
    const { why, whatToDo } = await findSilence(relay, lastPing);
    if (!told.signal.aborted && !closing.aborted) log.info({ seconds, why, whatToDo }, 'waiting for the model');
  });
  const onPing = (result: PingResult) => {
    lastPing = result;
  };
  const isReady = await waitForPing(relay.channel, { timeoutMs: startupTimeoutMs, signal: closing, onPing });
  told.abort();
  if (!isReady) {
    const { why, whatToDo } = await findSilence(relay, lastPing);
    await relay.close();
    if (closing.aborted) throw wasClosed();
    const waited = `within ${startupTimeoutMs / 1_000} s`;
    throw new AirlockError(
      'MODEL_NOT_READY',
      `The model behind the relay in ${directory} gave no 200 on /ping ${waited}: ${why}.`,
      `${whatToDo} If it only needs longer: --startup-timeout SECONDS (Compose: AIRLOCK_STARTUP_TIMEOUT).`,
    );
  }
  isServing = true;
  const wayOut = namespace === null ? 'its network namespace is unknown' : findWayOut(namespace);
  const { channel, failed, end } = watchPing(relay.channel);
  const stop = async () => {
    end();
    await relay.close();
  };
  return {
    channel: { ...channel, destroy: stop },
    sealed: wayOut === null,
    description: `container behind the relay in ${directory}, ${wayOut === null ? 'sealed: no network interface but lo' : `NOT sealed: ${wayOut}`}`,
    exited: failed,
    stop,
  };
}

async function findSilence(relay: Relay, lastPing: PingResult | null): Promise<Silence> {
  return describeSilence(lastPing, await relay.networkNamespace(namespaceTimeoutMs).catch((error: Error) => error));
}
