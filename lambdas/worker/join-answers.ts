// The answers as one text: line after line for JSON Lines, and for CSV with one header. A single answer stays byte for byte as it is.
import type { LargeMediaType } from '../large-request/request-state.ts';
import { scanCsv } from './scan-csv.ts';
import type { StoredAnswer } from './storage.ts';
import { RequestFailure } from './worker-errors.ts';

const lineFeed = 0x0a;

/** @throws RequestFailure MODEL_ANSWER_INVALID with the number of the part */
export async function* joinAnswers(answers: AsyncIterable<StoredAnswer>, mediaType: LargeMediaType): AsyncGenerator<Uint8Array> {
  let first: { readonly contentType: string; readonly header: Buffer; readonly lineEnd: Buffer } | null = null;
  let isLineOpen = false;
  let number = 0;
  for await (const { body, contentType } of answers) {
    number += 1;
    let rest: Uint8Array = body;
    if (first === null) {
      const header = mediaType === 'text/csv' ? firstRow(body) : Buffer.alloc(0);
      first = { contentType, header: withoutLineEnd(header), lineEnd: lineEndOf(header) };
    } else {
      if (contentType !== first.contentType || isJsonDocument(contentType)) throw invalid(number);
      if (mediaType === 'text/csv') {
        const header = firstRow(body);
        if (first.header.length === 0 || !withoutLineEnd(header).equals(first.header)) throw invalid(number);
        rest = body.subarray(header.length);
      }
      if (isLineOpen && rest.length > 0) yield first.lineEnd;
    }
    if (rest.length === 0) continue;
    isLineOpen = rest.at(-1) !== lineFeed;
    yield rest;
  }
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

function invalid(number: number): RequestFailure {
  return new RequestFailure('MODEL_ANSWER_INVALID', `Part ${number}.`);
}
