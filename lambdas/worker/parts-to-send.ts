// The parts without a stored answer, in order and with their bytes: those an earlier invocation cut, then the rest of the input.
import { answerKey, type Part } from '../large-request/request-state.ts';
import type { AnsweredParts } from './answered-parts.ts';
import { checkRecords, isBlank } from './check-records.ts';
import { type CutPart, cutParts, type ReadInput } from './cut-parts.ts';
import { partsGuessTolerance, partsMax, partsToJudgeBy } from './limits.ts';
import { type Header, readHeader } from './read-header.ts';
import type { Run } from './run.ts';
import { scanCsv } from './scan-csv.ts';
import { scanJsonLines } from './scan-json-lines.ts';
import { RequestFailure } from './worker-errors.ts';

export interface PartToSend {
  readonly number: number;
  readonly part: Part;
  /** In the input, for positions in errors. */
  readonly recordsBefore: number;
  /** For the model: the header of CSV, then the records. */
  readonly body: Uint8Array;
}

/** Adds to `answered` what it cuts. One part is in its hands at a time. @throws RequestFailure; the SDK's errors */
export async function* partsToSend(run: Run, answered: AnsweredParts): AsyncGenerator<PartToSend> {
  const { input } = run.held.state;
  // Nothing is missing: the input may be gone by now.
  if (answered.cutToTheEnd && answered.done.size === answered.parts.length) return;
  const read = readInput(run);
  const { limits } = run.options;
  const isCsv = input.mediaType === 'text/csv';
  const header = isCsv ? await readHeader(read, { inputBytes: input.bytes, rangeBytes: limits.rangeBytes }) : null;
  let recordsBefore = 0;
  const toSend = (number: number, part: Part, bytes: Uint8Array): PartToSend => ({
    number,
    part,
    recordsBefore,
    body: header === null ? bytes : Buffer.concat([header.bytes, bytes]),
  });

  for (const [number, part] of answered.parts.slice().entries()) {
    if (!answered.done.has(number)) yield toSend(number, part, await read(part.start, part.end));
    recordsBefore += part.records;
  }
  if (answered.cutToTheEnd) return;
  for await (const cut of cutRest(run, answered, { read, header })) {
    const number = answered.parts.length;
    if (number >= partsMax) throw new RequestFailure('TOO_MANY_PARTS');
    const answerBytes = await findConfirmed(run, answered, number, cut.part);
    answered.parts.push(cut.part);
    if (answered.parts.length === partsToJudgeBy) refuseTooMany(answered.parts, input.bytes);
    if (answerBytes !== null) answered.done.set(number, answerBytes);
    else yield toSend(number, cut.part, cut.bytes);
    recordsBefore += cut.part.records;
  }
  if (answered.parts.length === 0) throw new RequestFailure('NO_RECORDS');
  answered.cutToTheEnd = true;
}

/** Said after few calls to the model, and not after a hundred thousand that were paid. */
function refuseTooMany(parts: readonly Part[], inputBytes: number): void {
  const cutBytes = (parts.at(-1)?.end ?? 0) - (parts[0]?.start ?? 0);
  if ((parts.length * inputBytes) / cutBytes > partsMax * partsGuessTolerance) throw new RequestFailure('TOO_MANY_PARTS');
}

async function* cutRest(
  run: Run,
  { parts }: AnsweredParts,
  { read, header }: { readonly read: ReadInput; readonly header: Header | null },
): AsyncGenerator<CutPart> {
  const { bytes: inputBytes, mediaType } = run.held.state.input;
  let recordsBefore = parts.reduce((sum, { records }) => sum + records, 0);
  const cutting = cutParts({
    read,
    from: parts.at(-1)?.end ?? header?.bytes.length ?? 0,
    inputBytes,
    recordsBefore,
    headerBytes: header?.bytes.length ?? 0,
    scanner: header === null ? scanJsonLines() : scanCsv({ rowsBefore: recordsBefore + 1, fields: header.fields }),
    limits: run.options.limits,
  });
  for await (const cut of cutting) {
    if (cut.part.end - cut.part.start === inputBytes && isBlank(cut.bytes)) throw new RequestFailure('NO_RECORDS');
    checkRecords(cut, { mediaType, recordsBefore });
    recordsBefore += cut.part.records;
    yield cut;
  }
}

function readInput({ options: { storage }, held: { state }, time }: Run): ReadInput {
  const { key, etag } = state.input;
  return async (start, end) => {
    const bytes = await storage.readRange(key, { start, end, etag }, time.forStorageMs());
    if (bytes === null) throw new RequestFailure('INPUT_CHANGED');
    return bytes;
  };
}

/**
 * An answer that no checkpoint tells of is one to this part only if the limits are still those under which it was cut; else it goes.
 * Its bytes; null where there is none.
 */
async function findConfirmed(
  { options: { storage }, held: { state }, time }: Run,
  { unconfirmed }: AnsweredParts,
  number: number,
  part: Part,
): Promise<number | null> {
  if (!unconfirmed.has(number)) return null;
  const key = answerKey(state.requestId, number);
  const head = await storage.head(key, time.forStorageMs());
  if (head === null) return null;
  if (head.metadata.start === String(part.start) && head.metadata.end === String(part.end)) return head.bytes;
  await storage.remove(key, time.forStorageMs());
  return null;
}
