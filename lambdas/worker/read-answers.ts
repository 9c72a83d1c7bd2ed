// The stored answers in input order, some read ahead: as many as their number and their bytes allow.
import { answerKey } from '../large-request/request-state.ts';
import type { NumberedAnswer } from './join-answers.ts';
import { answersAheadBytesMax, answersAheadMax } from './limits.ts';
import type { Run } from './run.ts';
import type { StoredAnswer } from './storage.ts';
import { OutOfTime, TryAgain } from './worker-errors.ts';

export interface ReadAnswersOptions {
  /** The first answer is read in any case: its header and its type are those of the result. */
  readonly from: number;
  /** By number. */
  readonly answerBytes: ReadonlyMap<number, number>;
}

/** @throws OutOfTime; TryAgain where an answer is gone, which the next invocation notices and asks for again */
export async function* readAnswers(
  { options: { storage }, held: { state }, time }: Run,
  { from, answerBytes }: ReadAnswersOptions,
): AsyncGenerator<NumberedAnswer> {
  const ahead: { readonly number: number; readonly bytes: number; readonly reading: Promise<StoredAnswer | null> }[] = [];
  const end = state.parts.length;
  let next = 0;
  let aheadBytes = 0;
  const mayRead = () => {
    if (next >= end || ahead.length >= answersAheadMax) return false;
    return ahead.length === 0 || aheadBytes + (answerBytes.get(next) ?? 0) <= answersAheadBytesMax;
  };
  while (next < end || ahead.length > 0) {
    while (mayRead()) {
      const reading = storage.readAnswer(answerKey(state.requestId, next), time.forStorageMs());
      // It is awaited later, or never where an earlier one fails: then its own failure says nothing new.
      reading.catch(() => undefined);
      const bytes = answerBytes.get(next) ?? 0;
      ahead.push({ number: next, bytes, reading });
      aheadBytes += bytes;
      next = Math.max(next + 1, from);
    }
    const oldest = ahead.shift();
    if (oldest === undefined) return;
    const answer = await oldest.reading;
    aheadBytes -= oldest.bytes;
    if (answer === null) throw new TryAgain('an answer is gone');
    if (!time.takesMore()) throw new OutOfTime();
    yield { number: oldest.number, ...answer };
  }
}
