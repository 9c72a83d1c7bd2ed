// The three content types of /invocations: bytes of a request -> records, results -> text of an answer.
import { formatCsvRow, parseCsv } from './csv.ts';
import type { InputRecord, ResolvedRecord } from './identity-model.ts';
import { recordsMax } from './limits.ts';
import { malformed, Refusal } from './refusal.ts';

export interface Format {
  /** Throws Refusal. At least one record, at most recordsMax. */
  readonly read: (text: string) => readonly InputRecord[];
  readonly write: (results: readonly ResolvedRecord[]) => string;
}

const json: Format = {
  read: (text) => {
    const records = asRecords(recordsOf(parseJson(text, 'The body')));
    if (mayHoldInexactId(records, text)) {
      const { value, inexact } = parseWithSources(text);
      const index = recordsOf(value).findIndex((record) => inexact.has(record));
      if (index >= 0) throw inexactId(index + 1);
    }
    return records;
  },
  write: (results) => JSON.stringify({ results }),
};

const jsonLines: Format = {
  read: (text) => {
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n', recordsMax + 1);
    const records = asRecords(text === '' ? [] : lines.map((line, index) => parseJson(line, `Line ${index + 1}`)));
    for (const [index, record] of records.entries()) {
      const line = lines[index] ?? '';
      if (!mayHoldInexactId([record], line)) continue;
      const { value, inexact } = parseWithSources(line);
      if (inexact.has(value)) throw inexactId(index + 1);
    }
    return records;
  },
  write: (results) => results.map((result) => `${JSON.stringify(result)}\n`).join(''),
};

const csv: Format = {
  read: (text) => asRecords(readCsvRecords(text)),
  write: (results) => {
    const lines = results.map(({ id, personId, confidence, matchedOn, reason }) =>
      formatCsvRow([id === null ? '' : String(id), personId ?? '', String(confidence), matchedOn.join(' '), reason ?? '']),
    );
    return ['id,personId,confidence,matchedOn,reason', ...lines, ''].join('\r\n');
  },
};

/** By media type. The two names for JSON Lines are both in use; neither is registered. */
export const formats: ReadonlyMap<string, Format> = new Map([
  ['application/json', json],
  ['application/jsonlines', jsonLines],
  ['application/x-ndjson', jsonLines],
  ['text/csv', csv],
]);

function recordsOf(body: unknown): readonly unknown[] {
  const records = isObject(body) ? body.records : undefined;
  if (!Array.isArray(records)) throw malformed('The body must be a JSON object with an array "records".');
  return records;
}

function readCsvRecords(text: string): readonly InputRecord[] {
  const [header, ...rows] = parseCsv(text, recordsMax + 1, tooManyRecords);
  const columns = (header ?? []).map((name) => name.trim().toLowerCase());
  for (const name of ['id', 'email', 'phone', 'country']) {
    if (columns.indexOf(name) !== columns.lastIndexOf(name)) throw malformed(`CSV header: the column "${name}" is there twice.`);
  }
  if (!columns.includes('email') && !columns.includes('phone')) {
    throw malformed('CSV: the first row must be a header with a column "email" or "phone" (also known: id, country).');
  }
  const [id, email, phone, country] = ['id', 'email', 'phone', 'country'].map((name) => columns.indexOf(name));
  return rows.map((row, index) => {
    if (row.length !== columns.length) {
      throw malformed(`CSV row ${index + 2} has ${row.length} fields, the header has ${columns.length}.`);
    }
    // An empty field is an absent value: CSV cannot tell the two apart.
    const fieldAt = (column = -1) => row[column] || undefined;
    return { id: fieldAt(id), email: fieldAt(email), phone: fieldAt(phone), country: fieldAt(country) };
  });
}

function asRecords(values: readonly unknown[]): readonly InputRecord[] {
  if (values.length === 0) throw new Refusal(400, 'NO_RECORDS', 'There is no record in the body.');
  if (values.length > recordsMax) throw tooManyRecords();
  return values.map((value, index) => {
    if (!isObject(value)) throw malformed(`Record ${index + 1} is not an object.`);
    return value;
  });
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text, so it must not travel.
    if (error instanceof SyntaxError) throw malformed(`${what} is not valid JSON.`);
    throw error;
  }
}

/** A fraction, an exponent or -0: a whole number that is safe may have been written so. May match within a text too, which costs time only. */
const unusualNumberPattern = /[:,[\s](?:-0|-?\d+[.eE])/;

/** Cheap; false for records whose ids are texts or plain whole numbers. */
function mayHoldInexactId(records: readonly InputRecord[], text: string): boolean {
  const numbers = records.filter(({ id }) => typeof id === 'number');
  return numbers.length > 0 && (numbers.some(({ id }) => !Number.isSafeInteger(id)) || unusualNumberPattern.test(text));
}

/** The reviver as of ECMAScript's "JSON.parse source text access"; TypeScript's library does not know the third argument. */
type ParseWithReviver = (
  text: string,
  reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * Parses once more, several times slower, and finds the objects whose `id` is a number that JavaScript would write in another way:
 * 9007199254740993 comes out as 9007199254740992, which may be the id of another record.
 */
function parseWithSources(text: string): { readonly value: unknown; readonly inexact: ReadonlySet<unknown> } {
  const inexact = new Set<unknown>();
  const value = (JSON.parse as ParseWithReviver)(text, function (key, member, { source }) {
    if (key === 'id' && typeof member === 'number' && String(member) !== source) inexact.add(this);
    return member;
  });
  return { value, inexact };
}

function inexactId(recordNumber: number): Refusal {
  return malformed(`Record ${recordNumber}: its id is a number that cannot be returned as it is written. Send it as a string.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooManyRecords(): Refusal {
  return new Refusal(413, 'TOO_MANY_RECORDS', `At most ${recordsMax} records fit into one request.`);
}
