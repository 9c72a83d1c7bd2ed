// The result holds everything: what was kept for going on after a death is deleted, and nothing else.
import { answerKey } from '../large-request/request-state.ts';
import { deletionsAtOnce } from './limits.ts';
import type { WorkerStorage } from './storage.ts';
import type { TimeLeft } from './time-left.ts';

/** @throws the SDK's errors */
export async function deleteAnswers(storage: WorkerStorage, requestId: string, time: TimeLeft): Promise<void> {
  let batch: Promise<void>[] = [];
  for await (const key of storage.list(answerKey(requestId, 0).slice(0, -1), time.forStorageMs)) {
    batch.push(storage.remove(key, time.forStorageMs()));
    if (batch.length < deletionsAtOnce) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
}
