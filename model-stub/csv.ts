// CSV by RFC 4180, with LF accepted as well as CRLF. Strict: what could be read in two ways is refused.
import { malformed, type Refusal } from './refusal.ts';

/** Rows of fields. A newline at the very end adds no row; a blank line in between is a row of one empty field. `rowsMax` bounds memory. */
export function parseCsv(text: string, rowsMax: number, onTooManyRows: () => Error): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let position = 0;
  while (position < text.length) {
    const field = text[position] === '"' ? quotedField(text, position, rows.length + 1) : plainField(text, position, rows.length + 1);
    row.push(field.value);
    position = field.end;
    if (text[position] === ',') {
      position += 1;
      if (position < text.length) continue;
      row.push('');
    }
    rows.push(row);
    if (rows.length > rowsMax) throw onTooManyRows();
    row = [];
    position += text[position] === '\r' ? 2 : 1;
  }
  return rows;
}

interface Field {
  readonly value: string;
  /** Index of the comma or line end after it, or of the text's end. */
  readonly end: number;
}

function quotedField(text: string, start: number, rowNumber: number): Field {
  let close = text.indexOf('"', start + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) throw malformed(`CSV row ${rowNumber}: a quoted field is not closed.`);
  const end = close + 1;
  if (end < text.length && text[end] !== ',' && !isLineEnd(text, end)) {
    throw text[end] === '\r' ? loneCarriageReturn(rowNumber) : malformed(`CSV row ${rowNumber}: characters follow a closing quote.`);
  }
  return { value: text.slice(start + 1, close).replaceAll('""', '"'), end };
}

/** One regular expression, sticky, so that a field costs one native scan. */
const plainFieldPattern = /[^",\r\n]*/y;

function plainField(text: string, start: number, rowNumber: number): Field {
  plainFieldPattern.lastIndex = start;
  const value = plainFieldPattern.exec(text)?.[0] ?? '';
  const end = start + value.length;
  if (end < text.length && text[end] !== ',' && !isLineEnd(text, end)) {
    throw text[end] === '\r'
      ? loneCarriageReturn(rowNumber)
      : malformed(`CSV row ${rowNumber}: a quote stands inside a field without quotes.`);
  }
  return { value, end };
}

function loneCarriageReturn(rowNumber: number): Refusal {
  return malformed(`CSV row ${rowNumber}: lines must end with LF or CRLF, not with a carriage return alone.`);
}

function isLineEnd(text: string, index: number): boolean {
  return text[index] === '\n' || (text[index] === '\r' && text[index + 1] === '\n');
}

/** Fields to one line without its end; quoted only where needed. */
export function formatCsvRow(fields: readonly string[]): string {
  return fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
