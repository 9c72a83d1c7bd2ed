// Everything Airlock makes in Docker says which Airlock made it, so that a later one can tell whether it is still in use.
import { randomBytes } from 'node:crypto';
import { isRunning, ownIdentity, processSpace } from '../../process-identity.ts';

export type Role = 'model' | 'relay' | 'volume' | 'sinkhole' | 'network';
export type Labels = Readonly<Record<string, string>>;

export const runLabel = 'airlock.run';

/** A name for everything of one model. */
export function newRunId(): string {
  return randomBytes(6).toString('hex');
}

export function labelsOf(runId: string, role: Role): Record<string, string> {
  const { pid, startedAt } = ownIdentity();
  return {
    [runLabel]: runId,
    'airlock.role': role,
    'airlock.pid': String(pid),
    'airlock.started': startedAt ?? '',
    'airlock.host': processSpace(),
  };
}

/** True only where the process that made it is known to be gone: it was one of those that we can see (one daemon serves several spaces). */
export function isLeftBehind(labels: Labels): boolean {
  const { 'airlock.pid': pid, 'airlock.started': startedAt, 'airlock.host': host } = labels;
  if (pid === undefined || host !== processSpace()) return false;
  return !isRunning({ pid: Number(pid), startedAt: startedAt || null });
}
