// A request is final: what was kept for going on after a death is deleted, and nothing else.
import { answerKey } from '../large-request/request-state.ts';
import { deletionsAtOnce } from './limits.ts';
import type { WorkerStorage } from './storage.ts';
import type { TimeLeft } from './time-left.ts';
import { OutOfTime } from './worker-errors.ts';

/** Nothing is under way any more when it ends. @throws OutOfTime; the SDK's errors */
export async function deleteAnswers(
  storage: Pick<WorkerStorage, 'list' | 'remove'>,
  requestId: string,
  time: Pick<TimeLeft, 'takesMore' | 'forStorageMs'>,
): Promise<void> {
  let batch: Promise<void>[] = [];
  const settle = async () => {
    const outcomes = await Promise.allSettled(batch);
    batch = [];
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };
  try {
    for await (const { key } of storage.list(answerKey(requestId, 0).slice(0, -1), time.forStorageMs)) {
      if (!time.takesMore()) throw new OutOfTime();
      const removing = storage.remove(key, time.forStorageMs());
      // It is awaited later: until then, while the next page is listed, its failure must have a handler.
      removing.catch(() => undefined);
      batch.push(removing);
      if (batch.length >= deletionsAtOnce) await settle();
    }
  } finally {
    await Promise.allSettled(batch);
  }
  await settle();
}
