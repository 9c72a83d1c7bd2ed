// A sample's records, where its format shows where one ends: to send some of them, or many times as many.
import { parseJson } from '../parse-json.ts';
import type { Sample } from './samples.ts';

export interface SampleRecords {
  /** How many the sample has. CSV: rows but the first, which is taken for the header. */
  readonly count: number;
  /** The first row of a CSV may be a record as well. */
  readonly isCountExact: boolean;
  /** A body of these records, by their place in the sample, in this order. */
  bodyOf(indexes: readonly number[]): Buffer;
  /** The same, filled up with white space that no parser minds; null: this format allows none. */
  paddedBodyOf: ((indexes: readonly number[], bytes: number) => Buffer) | null;
}

type SplitRecords = (text: string) => SampleRecords | null;

/** Null: no format that is known to hold records, or not one record. */
export function recordsOf({ contentType, body }: Pick<Sample, 'contentType' | 'body'>): SampleRecords | null {
  const split = splitters.get(mediaTypeOf(contentType));
  const text = split === undefined ? null : decode(body);
  return text === null ? null : (split?.(text) ?? null);
}

/** Without parameters, lower case. */
export function mediaTypeOf(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

export const jsonLinesTypes: ReadonlySet<string> = new Set([
  'application/jsonlines',
  'application/jsonl',
  'application/x-jsonlines',
  'application/x-ndjson',
  'application/ndjson',
]);

const splitters: ReadonlyMap<string, SplitRecords> = new Map<string, SplitRecords>([
  ['application/json', splitJson],
  ['text/csv', splitCsv],
  ...[...jsonLinesTypes].map((type): [string, SplitRecords] => [type, splitJsonLines]),
]);

/** A list, or an object with one list in it, as {"records": […]} and {"instances": […]}. */
function splitJson(text: string): SampleRecords | null {
  const value = parseJson(text);
  if (Array.isArray(value)) return jsonRecords(value, (records) => records);
  if (typeof value !== 'object' || value === null) return null;
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const [list] = lists;
  return list === undefined || lists.length > 1 ? null : jsonRecords(list[1], (records) => ({ ...value, [list[0]]: records }));
}

function jsonRecords(records: readonly unknown[], wrap: (records: readonly unknown[]) => unknown): SampleRecords | null {
  if (records.length === 0) return null;
  const bodyOf = (indexes: readonly number[]) => Buffer.from(JSON.stringify(wrap(indexes.map((index) => records[index]))));
  return {
    ...{ count: records.length, isCountExact: true, bodyOf },
    paddedBodyOf(indexes, bytes) {
      const body = bodyOf(indexes);
      return body.length >= bytes ? body : Buffer.concat([body, Buffer.alloc(bytes - body.length, ' ')]);
    },
  };
}

function splitJsonLines(text: string): SampleRecords | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return null;
  const linesOf = (indexes: readonly number[]) => indexes.map((index) => lines[index] ?? '');
  const bodyOf = (indexes: readonly number[]) =>
    Buffer.from(
      linesOf(indexes)
        .map((line) => `${line}\n`)
        .join(''),
    );
  return {
    ...{ count: lines.length, isCountExact: true, bodyOf },
    // Evenly: one line of 25 MB is more than what a reader of lines has to take.
    paddedBodyOf(indexes, bytes) {
      const each = Math.floor(Math.max(0, bytes - bodyOf(indexes).length) / Math.max(1, indexes.length));
      return Buffer.from(
        linesOf(indexes)
          .map((line) => `${line}${' '.repeat(each)}\n`)
          .join(''),
      );
    },
  };
}

/** Rows without line breaks within fields, as SageMaker's own split has them; others are left whole. */
function splitCsv(text: string): SampleRecords | null {
  if (/"[^"]*[\r\n][^"]*"(?=,|\r?\n|$)/.test(text.replaceAll('""', ''))) return null;
  const [header, ...rows] = text.split(/\r?\n/).filter((line) => line !== '');
  if (header === undefined || rows.length === 0) return null;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  return {
    ...{ count: rows.length, isCountExact: false, paddedBodyOf: null },
    bodyOf: (indexes) => Buffer.from([header, ...indexes.map((index) => rows[index] ?? '')].map((line) => `${line}${end}`).join('')),
  };
}

function decode(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
