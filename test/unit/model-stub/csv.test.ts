import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsvRow, parseCsv } from '../../../model-stub/csv.ts';

const parse = (text: string) => parseCsv(text, 100, () => new Error('too many'));

describe('CSV', () => {
  it.each([
    ['', []],
    ['a', [['a']]],
    ['a\n', [['a']]],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,\n,b',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a,', [['a', '']]],
    [',', [['', '']]],
    ['a\n\nb\n', [['a'], [''], ['b']]],
    ['"a,b","c""d"\n', [['a,b', 'c"d']]],
    ['"a\r\nb",c', [['a\r\nb', 'c']]],
    ['""\n', [['']]],
    ['"",""""', [['', '"']]],
    [' a , b ', [[' a ', ' b ']]],
  ])('%j is read', (text, rows) => {
    expect(parse(text)).toEqual(rows);
  });

  it.each(['"a', 'a\n"b', 'a"b', '"a"b', '"a" ,b', 'a\rb', '"a"\rb', '"""'])('%j is refused', (text) => {
    expect(() => parse(text)).toThrow(/^CSV row \d+: /);
  });

  it('stops at the limit of rows', () => {
    expect(() => parse('\n'.repeat(101))).toThrow('too many');
    expect(parse('\n'.repeat(100))).toHaveLength(100);
  });

  it('reads back every row that it wrote', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü', '') });
    const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, newline) => {
        const text = written.map((row) => formatCsvRow(row) + newline).join('');
        expect(parse(text)).toEqual(written);
      }),
    );
  });
});
