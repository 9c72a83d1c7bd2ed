// text/csv by RFC 4180: a header, then rows with as many fields. Only the shape is read; the fields are the model's business.
import type { HttpError } from '../http/http-error.ts';
import { requestError } from './request-errors.ts';

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Rows without the header. A quoted field may hold commas, line breaks and doubled quotes; lines end with LF or CRLF, the last may lack it.
 * @throws HttpError RAGGED_ROW, INVALID_CSV, INVALID_LINE_ENDS with the row's number (the header is row 1), NO_RECORDS
 */
export function countCsvRecords(text: string): number {
  let rows = 0;
  let headerFields = 0;
  let at = 0;
  while (at < text.length) {
    const row = scanRow(text, at, rows + 1);
    rows += 1;
    if (rows === 1) headerFields = row.fields;
    if (row.fields !== headerFields) throw requestError('RAGGED_ROW', { place: `Row ${rows}.` });
    at = row.end;
  }
  if (rows < 2) throw requestError('NO_RECORDS');
  return rows - 1;
}

/** One row from `start` on; `end` is where the next begins. */
function scanRow(text: string, start: number, rowNumber: number): { readonly fields: number; readonly end: number } {
  let fields = 1;
  let at = start;
  while (true) {
    if (text.charCodeAt(at) === quote) at = afterQuoted(text, at, rowNumber);
    else at = afterPlain(text, at, rowNumber);
    if (at >= text.length) return { fields, end: at };
    const next = text.charCodeAt(at);
    if (next === comma) fields += 1;
    else return { fields, end: at + (next === carriageReturn ? 2 : 1) };
    at += 1;
  }
}

/** Behind the closing quote, where only a comma, a line end or the end of the text may stand. */
function afterQuoted(text: string, start: number, rowNumber: number): number {
  let at = start + 1;
  while (true) {
    const closing = text.indexOf('"', at);
    if (closing < 0) throw requestError('INVALID_CSV', { place: `Row ${rowNumber}.` });
    if (text.charCodeAt(closing + 1) !== quote) {
      if (!endsField(text, closing + 1)) throw outOfPlace(text, closing + 1, rowNumber);
      return closing + 1;
    }
    at = closing + 2;
  }
}

/** At the comma, the line end or the end of the text. A quote inside an unquoted field is an error in RFC 4180. */
function afterPlain(text: string, start: number, rowNumber: number): number {
  let at = start;
  while (!endsField(text, at)) {
    const code = text.charCodeAt(at);
    if (code === quote || code === carriageReturn) throw outOfPlace(text, at, rowNumber);
    at += 1;
  }
  return at;
}

/** A carriage return alone is most likely a file whose every line ends so; without a word on it such a file looks like a header only. */
function outOfPlace(text: string, at: number, rowNumber: number): HttpError {
  const code = text.charCodeAt(at) === carriageReturn ? 'INVALID_LINE_ENDS' : 'INVALID_CSV';
  return requestError(code, { place: `Row ${rowNumber}.` });
}

function endsField(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code === comma || code === lineFeed || (code === carriageReturn && text.charCodeAt(at + 1) === lineFeed);
}
