// The relay that somebody else runs, found or not in the directory that --model unix:DIR names.
import { stat } from 'node:fs/promises';
import { AirlockError } from '../../errors.ts';
import { pause } from '../readiness.ts';
import { connectSocketRelay } from './connect-relay.ts';
import { relayIsGone } from './model-silence.ts';

const namespaceTimeoutMs = 1_000;
const pollMs = 50;
const hint =
  'Start the relay first (docker compose up relay), with this directory as a volume that both share, and check --model unix:DIR.';

/** Resolves when it answers. Rejects with AirlockError NOT_AVAILABLE. */
export async function findRelay(directory: string, timeoutMs: number, closing: AbortSignal): Promise<void> {
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
    if (closing.aborted || performance.now() > deadline) throw noRelay(directory, answered);
    await pause(pollMs, closing);
  }
}

/** A socket without a listener stays behind when a relay ends; where there was no relay, there is none. */
function noRelay(directory: string, error: NodeJS.ErrnoException): AirlockError {
  if (error.code === 'ENOENT') {
    return new AirlockError('NOT_AVAILABLE', `There is no relay in ${directory}: it has no relay.sock`, hint, { cause: error });
  }
  const { why, whatToDo } = relayIsGone(error);
  return new AirlockError('NOT_AVAILABLE', `No relay answers in ${directory}: ${why}`, whatToDo, { cause: error });
}
