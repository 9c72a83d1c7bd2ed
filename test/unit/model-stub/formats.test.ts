import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCsvRecords } from '../../../lambdas/request/count-csv-records.ts';
import { countJsonLines } from '../../../lambdas/request/count-json-lines.ts';
import { formats } from '../../../model-stub/formats.ts';
import { recordShapes } from '../lambdas/record-shapes.ts';

const read = (contentType: string, text: string) => formats.get(contentType)?.read(text);

describe('a body', () => {
  it.each(recordShapes)('of $contentType, $name: is read as the request function reads it ($outcome)', ({ contentType, text, outcome }) => {
    if (typeof outcome === 'number') expect(read(contentType, text)).toHaveLength(outcome);
    else expect(() => read(contentType, text)).toThrow(expect.objectContaining({ status: 400 }));
  });

  /** The number of records, or `refused`. */
  const outcomeOf = (count: () => number | undefined) => {
    try {
      return count();
    } catch (error) {
      expect(error).toMatchObject({ status: 400 });
      return 'refused';
    }
  };

  it('of CSV, whatever is in it, has as many records for the model as for the request function', () => {
    const rows = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\r\n', ' ', 'a,b\n'), maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom('id,email\n', 'email\r\n', 'id,"email"\r\n'), (text, header) => {
        expect(outcomeOf(() => read('text/csv', header + text)?.length)).toBe(outcomeOf(() => countCsvRecords(header + text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of JSON lines, whatever is in it, has as many records for the model as for the request function', () => {
    const lines = fc.string({
      unit: fc.constantFrom('{}', '{"id":"1"}', '\n', '\r', '\r\n', ' ', '\t', '\u00a0', '[', '1'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(lines, (text) => {
        expect(outcomeOf(() => read('application/jsonlines', text)?.length)).toBe(outcomeOf(() => countJsonLines(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('with carriage returns for line ends is told so', () => {
    expect(() => read('text/csv', 'id,email\r1,a\r')).toThrow(
      'CSV row 1: lines must end with LF or CRLF, not with a carriage return alone.',
    );
  });

  // What a number in JavaScript makes of the text is another id; it must not come back as the answer for this one.
  it.each([
    '9007199254740993',
    '1234567890123456789',
    '1e999',
    '-1e999',
    '5000000000000000.3',
    '0.1234567890123456789',
    '1.0',
    '1e3',
    '-0',
  ])('with the number %s as an id is refused, and repeats nothing', (id) => {
    const refusal = expect.objectContaining({
      status: 400,
      message: 'Record 2: its id is a number that cannot be returned as it is written. Send it as a string.',
    });
    expect(() => read('application/json', `{"records":[{"id":1},{"id":${id}}]}`)).toThrow(refusal);
    expect(() => read('application/jsonlines', `{"id":1}\n{"id":${id}}\n`)).toThrow(refusal);
  });

  it.each(['0', '7', '-7', '1.5', '9007199254740991', '-9007199254740991', '"9007199254740993"'])('keeps the id %s', (id) => {
    for (const records of [read('application/json', `{"records":[{"id":${id}}]}`), read('application/jsonlines', `{"id":${id}}`)]) {
      expect(JSON.stringify(records?.[0]?.id)).toBe(id);
    }
  });

  it.each(['"email":9007199254740993,"id":1', '"more":{"id":9007199254740993},"id":1', '"id":9007199254740993,"id":1', '"id":[1e999]'])(
    'with such a number in another place is read: %s',
    (members) => {
      expect(read('application/json', `{"records":[{${members}}]}`)).toHaveLength(1);
    },
  );
});
