// All answers are stored: they become the one result, and the state says where it is.
import { answerKey } from '../large-request/request-state.ts';
import { joinAnswers } from './join-answers.ts';
import { readAnswers } from './read-answers.ts';
import { recordRange } from './record-range.ts';
import type { Run } from './run.ts';
import { uploadResult } from './upload-result.ts';
import { RequestFailure, TryAgain } from './worker-errors.ts';

interface Result {
  readonly contentType: string;
  readonly bytes: number;
}

/** @throws RequestFailure, OutOfTime, TryAgain; the SDK's errors */
export async function assemble(run: Run, answerBytes: ReadonlyMap<number, number>): Promise<void> {
  const { state } = run.held;
  const key = `results/${state.requestId}`;
  const records = state.parts.reduce((sum, part) => sum + part.records, 0);
  const { contentType, bytes } = (await findOwnResult(run, key)) ?? (await writeResult(run, { key, records, answerBytes }));
  await run.held.save({
    progress: 'SUCCEEDED',
    holder: null,
    uploadId: null,
    assembly: null,
    attemptsWithoutProgress: 0,
    recordsDone: records,
    result: { key, contentType, bytes, records },
  });
}

interface ResultToWrite {
  readonly key: string;
  readonly records: number;
  readonly answerBytes: ReadonlyMap<number, number>;
}

async function writeResult(run: Run, { key, records, answerBytes }: ResultToWrite): Promise<Result> {
  const { options, held, time } = run;
  const { state } = held;
  const first = await options.storage.head(answerKey(state.requestId, 0), time.forStorageMs());
  if (first === null) throw new TryAgain('an answer is gone');
  const { contentType } = first;
  const nameRecords = (answer: number) => {
    const recordsBefore = state.parts.slice(0, answer).reduce((sum, part) => sum + part.records, 0);
    return recordRange({ recordsBefore, records: state.parts[answer]?.records ?? 0 });
  };
  const metadata = { 'request-id': state.requestId, 'request-sha256': state.requestHash, records: String(records) };
  const outcome = await uploadResult(run, { key, contentType, metadata }, (from) =>
    joinAnswers(readAnswers(run, { from: from.answer, answerBytes }), { mediaType: state.input.mediaType, from, nameRecords }),
  );
  if (outcome.kind === 'written') return { contentType, bytes: outcome.bytes };
  const own = await findOwnResult(run, key);
  if (own !== null) return own;
  // Nothing is there although S3 said so: a write at the same moment, or an upload that was aborted. The next try begins a new one.
  if (held.state.uploadId !== null) await abandonUpload(run, key, held.state.uploadId);
  throw new TryAgain('the result was not written');
}

async function abandonUpload({ options: { storage }, held, time }: Run, key: string, uploadId: string): Promise<void> {
  await storage.abortUpload({ key, uploadId }, time.forStorageMs());
  await held.save({ uploadId: null, assembly: null });
}

/** What an invocation wrote that died before it could say so. @throws RequestFailure RESULT_EXISTS where it is another request's */
async function findOwnResult({ options: { storage }, held: { state }, time }: Run, key: string): Promise<Result | null> {
  const head = await storage.head(key, time.forStorageMs());
  if (head === null) return null;
  const isOwn = head.metadata['request-id'] === state.requestId && head.metadata['request-sha256'] === state.requestHash;
  if (!isOwn) throw new RequestFailure('RESULT_EXISTS');
  return { contentType: head.contentType, bytes: head.bytes };
}
