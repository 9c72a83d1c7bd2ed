// The answers as one text: line after line for JSON Lines, and for CSV with one header. A single answer stays byte for byte as it is.
import type { AnswerPlace, LargeMediaType } from '../large-request/request-state.ts';
import { scanCsv } from './scan-csv.ts';
import type { StoredAnswer } from './storage.ts';
import { RequestFailure } from './worker-errors.ts';

const lineFeed = 0x0a;

export interface NumberedAnswer extends StoredAnswer {
  /** From 0. */
  readonly number: number;
}

export interface JoinedChunk {
  readonly bytes: Uint8Array;
  /** Where its first byte is. */
  readonly place: AnswerPlace;
}

export interface JoinOptions {
  readonly mediaType: LargeMediaType;
  /** Where to begin: what lies before it is joined already. */
  readonly from: AnswerPlace;
  /** Position of an answer's records, for errors. */
  readonly nameRecords: (answer: number) => string;
}

/** The first answer, whose header and type are those of all, and those from `from` on. @throws RequestFailure MODEL_ANSWER_INVALID */
export async function* joinAnswers(
  answers: AsyncIterable<NumberedAnswer>,
  { mediaType, from, nameRecords }: JoinOptions,
): AsyncGenerator<JoinedChunk> {
  let first: FirstAnswer | null = null;
  let { isLineOpen } = from;
  for await (const { number, body, contentType } of answers) {
    let rest: Uint8Array = body;
    if (first === null) {
      first = firstAnswer(body, contentType, mediaType);
    } else {
      const header = headerLikeFirst(first, { body, contentType }, mediaType);
      if (header === null) throw new RequestFailure('MODEL_ANSWER_INVALID', nameRecords(number));
      rest = body.subarray(header.length);
    }
    if (number < from.answer) continue;
    const added = isLineOpen && rest.length > 0 ? [first.lineEnd, rest] : [rest];
    const skipped = number === from.answer ? from.offset : 0;
    let offset = 0;
    for (const bytes of added) {
      const at = Math.max(0, skipped - offset);
      if (at < bytes.length) yield { bytes: bytes.subarray(at), place: { answer: number, offset: offset + at, isLineOpen } };
      offset += bytes.length;
    }
    if (rest.length > 0) isLineOpen = rest.at(-1) !== lineFeed;
  }
}

interface FirstAnswer {
  readonly contentType: string;
  /** Without its line end; empty for JSON Lines. */
  readonly header: Buffer;
  readonly lineEnd: Buffer;
}

function firstAnswer(body: Uint8Array, contentType: string, mediaType: LargeMediaType): FirstAnswer {
  const header = mediaType === 'text/csv' ? firstRow(body) : Buffer.alloc(0);
  return { contentType, header: withoutLineEnd(header), lineEnd: lineEndOf(header) };
}

/** The header to be left out; null where this answer does not go with the first. */
function headerLikeFirst(first: FirstAnswer, { body, contentType }: StoredAnswer, mediaType: LargeMediaType): Buffer | null {
  if (contentType !== first.contentType || isJsonDocument(contentType)) return null;
  if (mediaType !== 'text/csv') return Buffer.alloc(0);
  const header = firstRow(body);
  return first.header.length > 0 && withoutLineEnd(header).equals(first.header) ? header : null;
}

/** Two of them in a row are no JSON document. */
function isJsonDocument(contentType: string): boolean {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** With its line end. Empty where the text is no CSV, which does not matter as long as there is only one answer. */
function firstRow(body: Uint8Array): Buffer {
  const scanner = scanCsv({ rowsBefore: 0, fields: null });
  // Some bytes at a time: a header is short, and what follows it is not looked at.
  const step = 4_096;
  try {
    for (let at = 0; at < body.length; at += step) {
      const [end] = scanner.scan(body.subarray(at, at + step));
      if (end !== undefined) return Buffer.from(body.subarray(0, at + end));
    }
    scanner.finish();
    return Buffer.from(body);
  } catch (error) {
    if (error instanceof RequestFailure) return Buffer.alloc(0);
    throw error;
  }
}

function withoutLineEnd(row: Buffer): Buffer {
  const lineEnd = row.at(-1) !== lineFeed ? 0 : row.at(-2) === 0x0d ? 2 : 1;
  return row.subarray(0, row.length - lineEnd);
}

/** As the header's; LF where it has none. */
function lineEndOf(header: Buffer): Buffer {
  return Buffer.from(header.subarray(-2).toString('latin1') === '\r\n' ? '\r\n' : '\n');
}
