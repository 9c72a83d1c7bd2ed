// The stored answers in input order, a few read ahead.
import { answerKey } from '../large-request/request-state.ts';
import type { Run } from './run.ts';
import type { StoredAnswer } from './storage.ts';
import { OutOfTime, TryAgain } from './worker-errors.ts';

/** @throws OutOfTime; TryAgain where an answer is gone, which the next invocation notices and asks for again */
export async function* readAnswers({ options: { storage, limits }, held: { state }, time }: Run): AsyncGenerator<StoredAnswer> {
  const ahead: Promise<StoredAnswer | null>[] = [];
  let next = 0;
  const read = () => {
    const reading = storage.readAnswer(answerKey(state.requestId, next), time.forStorageMs());
    // It is awaited later, or never where an earlier one fails: then its own failure says nothing new.
    reading.catch(() => undefined);
    ahead.push(reading);
    next += 1;
  };
  while (next < state.parts.length || ahead.length > 0) {
    while (ahead.length < limits.concurrency && next < state.parts.length) read();
    const answer = await ahead.shift();
    if (!answer) throw new TryAgain('an answer is gone');
    if (!time.takesMore()) throw new OutOfTime();
    yield answer;
  }
}
