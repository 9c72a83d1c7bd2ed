import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCsvRecords } from '../../../lambdas/request/count-csv-records.ts';
import { codeOf, messageOf } from './thrown.ts';

const good: readonly (readonly [name: string, text: string, records: number])[] = [
  ['LF', 'id,email\n1,a\n2,b\n', 2],
  ['CRLF, as RFC 4180 has it', 'id,email\r\n1,a\r\n2,b\r\n', 2],
  ['no line end at the end', 'id,email\n1,a', 1],
  ['empty fields', 'id,email\n,\n,\n', 2],
  ['a comma in quotes', 'id,name\n1,"Sample, Jordan"\n', 1],
  ['line breaks in quotes', 'id,name\n1,"a\nb\r\nc"\n', 1],
  ['doubled quotes', 'id,name\n1,"say ""hi"""\n2,""\n', 2],
  ['a quoted header', '"id","full, name"\n1,a\n', 1],
  ['one column', 'id\n1\n2\n', 2],
  ['a quoted field at the very end', 'id,name\n1,"a"', 1],
];

const bad: readonly (readonly [name: string, text: string, code: string, place: string])[] = [
  ['a row too long', 'id,email\n1,a\n2,secret,more\n', 'RAGGED_ROW', 'Row 3.'],
  ['a row too short', 'id,email\n1\n', 'RAGGED_ROW', 'Row 2.'],
  ['an empty line', 'id,email\n1,a\n\n2,b\n', 'RAGGED_ROW', 'Row 3.'],
  ['rows are counted, not lines', 'id,email\n1,"a\nb"\n2\n', 'RAGGED_ROW', 'Row 3.'],
  ['an open quote', 'id,email\n1,"secret\n', 'INVALID_CSV', 'Row 2.'],
  ['text behind a closing quote', 'id,email\n1,"secret"x\n', 'INVALID_CSV', 'Row 2.'],
  ['a quote inside a plain field', 'id,email\n1,se"cret\n', 'INVALID_CSV', 'Row 2.'],
  ['a lone carriage return in a row', 'id,email\n1,a\n2,secret\rb\n', 'INVALID_LINE_ENDS', 'Row 3.'],
  ['rows that end with a carriage return, as old spreadsheets write them', 'id,email\r1,secret\r', 'INVALID_LINE_ENDS', 'Row 1.'],
  ['a header only', 'id,email\n', 'NO_RECORDS', ''],
  ['nothing', '', 'NO_RECORDS', ''],
];

describe('CSV records', () => {
  it.each(good)('are counted: %s', (_name, text, records) => {
    expect(countCsvRecords(text)).toBe(records);
  });

  it.each(bad)('are refused by row number only: %s', (_name, text, code, place) => {
    expect(codeOf(() => countCsvRecords(text))).toBe(code);
    const message = messageOf(() => countCsvRecords(text));
    expect(message).toContain(place);
    expect(message).not.toContain('secret');
  });

  const field = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ',', '"', '\n', '\r', ' ', '1'), maxLength: 6 });
  const write = (value: string) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain((columns) => fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 2, maxLength: 8 }));

  it('are counted in whatever a writer by RFC 4180 writes', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, lineEnd, closed) => {
        const text = rows.map((row) => row.map(write).join(',')).join(lineEnd) + (closed ? lineEnd : '');
        expect(countCsvRecords(text)).toBe(rows.length - 1);
      }),
    );
  });

  it('with one field too many are found at their row', () => {
    fc.assert(
      fc.property(table, fc.nat(), (rows, pick) => {
        const wrong = 1 + (pick % (rows.length - 1));
        const text = rows.map((row, index) => (index === wrong ? [...row, 'x'] : row).map(write).join(',')).join('\n');
        expect(messageOf(() => countCsvRecords(text))).toMatch(new RegExp(`Row ${wrong + 1}\\.$`));
      }),
    );
  });

  it('end for any text, in a count or in one of the four errors', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') }), (text) => {
        const code = codeOf(() => countCsvRecords(text));
        expect([null, 'RAGGED_ROW', 'INVALID_CSV', 'INVALID_LINE_ENDS', 'NO_RECORDS']).toContain(code);
      }),
    );
  });
});
