// Which parts there are and whose answers are stored: in memory during an invocation, in the state at its checkpoints.
import { answerKey, type Part, type RequestState } from '../large-request/request-state.ts';
import type { Run } from './run.ts';

export interface AnsweredParts {
  /** As far as the input is cut. */
  readonly parts: Part[];
  cutToTheEnd: boolean;
  /** Parts whose answer is stored, by number, with the answer's bytes. */
  readonly done: Map<number, number>;
  /** Numbers of answers to parts that were cut after the last checkpoint of an invocation that died. */
  readonly unconfirmed: Set<number>;
  /** Answers that this invocation has stored. */
  stored: number;
}

/** What earlier invocations have left. */
export async function findAnsweredParts({ options: { storage }, held: { state }, time }: Run): Promise<AnsweredParts> {
  const answered: AnsweredParts = {
    parts: [...state.parts],
    cutToTheEnd: state.cutToTheEnd,
    done: new Map(),
    unconfirmed: new Set(),
    stored: 0,
  };
  const prefix = answerKey(state.requestId, 0).slice(0, -1);
  for await (const { key, bytes } of storage.list(prefix, time.forStorageMs)) {
    const number = Number(key.slice(prefix.length));
    if (number < state.parts.length) answered.done.set(number, bytes);
    else answered.unconfirmed.add(number);
  }
  return answered;
}

/** Records from the first on whose answers are stored without a gap. */
function contiguousRecords(parts: readonly Part[], done: ReadonlyMap<number, number>): number {
  let records = 0;
  for (const [number, part] of parts.entries()) {
    if (!done.has(number)) break;
    records += part.records;
  }
  return records;
}

/** What a checkpoint writes. */
export function checkpointOf({ parts, cutToTheEnd, done, stored }: AnsweredParts): Partial<RequestState> {
  return {
    parts: [...parts],
    cutToTheEnd,
    recordsDone: contiguousRecords(parts, done),
    ...(stored > 0 && { attemptsWithoutProgress: 0 }),
  };
}
