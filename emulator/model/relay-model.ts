// --model unix:DIR: a model in a sealed container that somebody else runs (docker compose), reached through the relay whose sockets lie in DIR.
import { stat } from 'node:fs/promises';
import { AirlockError } from '../errors.ts';
import { pingStartupTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Model } from './model.ts';
import { pause, waitForPing } from './readiness.ts';
import { connectSocketRelay } from './relay/connect-relay.ts';
import { findWayOut, type NetworkNamespace, type Relay } from './relay/relay.ts';
import { watchPing } from './relay/watch-ping.ts';
import { type Run, superviseModel } from './supervised-model.ts';

export interface RelayModelOptions {
  /** Where the relay made relay.sock. */
  readonly directory: string;
  /** Until /ping answers 200, once the relay is there. */
  readonly startupTimeoutMs?: number;
  readonly log: Log;
  /** Gives up waiting for the first 200. */
  readonly signal?: AbortSignal;
}

/** How long the relay itself may take, which needs no model for it. */
const relayTimeoutMs = 15_000;
const namespaceTimeoutMs = 1_000;
const relayPollMs = 50;

/**
 * Resolves when /ping has answered 200. Docker starts the model and its relay again; here each of these counts as a new run: its network namespace is
 * looked at before the first byte goes there, and one that is not sealed is not used where an earlier one was.
 * Rejects with AirlockError NOT_AVAILABLE (no directory, no relay) or MODEL_NOT_READY.
 */
export async function connectRelayModel({
  directory,
  startupTimeoutMs = pingStartupTimeoutMs,
  log,
  signal,
}: RelayModelOptions): Promise<Model> {
  let hasRelay = false;
  return superviseModel(
    {
      kind: 'container behind a relay',
      async launch(closing) {
        if (!hasRelay) await findRelay(directory, Math.min(relayTimeoutMs, startupTimeoutMs), closing);
        hasRelay = true;
        return connectRun(directory, startupTimeoutMs, closing);
      },
      async dispose() {},
    },
    { log, ...(signal && { signal }) },
  );
}

async function findRelay(directory: string, timeoutMs: number, closing: AbortSignal): Promise<void> {
  const hint =
    'Start the relay first (docker compose up relay), with this directory as a volume that both share, and check --model unix:DIR.';
  const found = await stat(directory).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error || !found.isDirectory()) {
    const why = found instanceof Error ? (found.code ?? found.message) : 'it is no directory';
    throw new AirlockError('NOT_AVAILABLE', `There is no directory of a relay at ${directory}: ${why}`, hint);
  }
  const relay = connectSocketRelay({ directory });
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answered = await relay.networkNamespace(namespaceTimeoutMs).catch((error: Error) => error);
    if (!(answered instanceof Error)) return relay.close();
    if (closing.aborted || performance.now() > deadline) {
      throw new AirlockError('NOT_AVAILABLE', `No relay answers in ${directory}: ${answered.message}`, hint, { cause: answered });
    }
    await pause(relayPollMs, closing);
  }
}

async function connectRun(directory: string, startupTimeoutMs: number, closing: AbortSignal): Promise<Run> {
  let isServing = false;
  let namespace: NetworkNamespace | null = null;
  const relay = connectSocketRelay({
    directory,
    admit(found) {
      if (isServing) throw new Error('The relay was started again, maybe in another network namespace.');
      namespace = found;
    },
  });
  if (!(await waitForPing(relay.channel, { timeoutMs: startupTimeoutMs, signal: closing }))) {
    const listening = await describeListening(relay);
    await relay.close();
    throw new AirlockError(
      'MODEL_NOT_READY',
      `The model behind the relay in ${directory} gave no 200 on /ping within ${startupTimeoutMs} ms: ${listening}`,
      'Its output is in the log of its container (docker compose logs model).',
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

async function describeListening(relay: Relay): Promise<string> {
  const namespace = await relay.networkNamespace(namespaceTimeoutMs).catch((error: Error) => error);
  if (namespace instanceof Error) return `the relay does not answer (${namespace.message})`;
  const others = namespace.listening.map(({ port }) => port);
  if (namespace.listening.some(({ port, onLoopback }) => port === 8080 && onLoopback))
    return 'port 8080 is open, but gives another answer or none';
  if (namespace.listening.some(({ port }) => port === 8080)) return 'it listens on port 8080 of another address than 127.0.0.1';
  return others.length > 0 ? `it listens on port ${others.join(', ')} instead of 8080` : 'nothing listens on port 8080';
}
