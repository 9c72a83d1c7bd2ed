import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../../emulator/validate/compare-published-answer.ts';
import { platformHeaders } from '../../../../emulator/validate/platform-headers.ts';
import { largeBody } from '../../../../emulator/validate/probes/large-request-answers.ts';
import { recordsOf } from '../../../../emulator/validate/sample-records.ts';
import { tellingValues } from '../../../../emulator/validate/sample-values.ts';
import { sample } from './made-up.ts';

const csv = { contentType: 'text/csv; charset=utf-8' };
const lines = { contentType: 'application/jsonlines' };

describe("a sample's records", () => {
  it.each([
    ['an object with one list', sample({ body: '{"v":1,"records":[{"a":1},{"a":2}]}' }), 2, '{"v":1,"records":[{"a":2},{"a":1}]}'],
    ['a list', sample({ body: '[1, 2, 3]' }), 3, '[2,1]'],
    ['lines', sample({ ...lines, body: '{"a":1}\r\n\n{"a":2}' }), 2, '{"a":2}\n{"a":1}\n'],
    ['rows', sample({ ...csv, body: 'a,b\r\n1,2\r\n3,4\r\n' }), 2, 'a,b\r\n3,4\r\n1,2\r\n'],
    ['rows with quotes', sample({ ...csv, body: 'a\n"x, ""y"""\nz' }), 2, 'a\nz\n"x, ""y"""\n'],
  ])('are found in %s', (_, of, count, swapped) => {
    const records = recordsOf(of);
    expect(records?.count).toBe(count);
    expect(records?.bodyOf([1, 0]).toString()).toBe(swapped);
  });

  it.each([
    ['two lists', sample({ body: '{"a":[1],"b":[2]}' })],
    ['no list', sample({ body: '{"a":1}' })],
    ['an empty list', sample({ body: '{"records":[]}' })],
    ['no JSON', sample({ body: '{' })],
    ['a header alone', sample({ ...csv, body: 'a,b\n' })],
    ['a row of several lines', sample({ ...csv, body: 'a,b\n1,"x\ny"\n' })],
    ['another type', sample({ contentType: 'image/png' })],
  ])('are not guessed from %s', (_, of) => {
    expect(recordsOf(of)).toBeNull();
  });

  it.each([
    ['JSON', sample()],
    ['lines', sample({ ...lines, body: '{"a":1}\n{"a":22}\n' })],
    ['CSV', sample({ ...csv, body: 'a,b\n1,2\n3,44\n' })],
  ])('make a body as large as is wanted, and no larger: %s', (_, of) => {
    const records = recordsOf(of);
    if (records === null) throw new Error('no records');
    const bytes = 512 * 1024;
    const { body, count } = largeBody(records, bytes);
    expect(body.length).toBeLessThanOrEqual(bytes);
    expect(body.length).toBeGreaterThan(bytes * 0.98);
    expect(recordsOf({ ...of, body })?.count).toBe(count);
  });
});

it('a sample goes out with the five headers of the platform', () => {
  expect(Object.keys(platformHeaders(sample())).sort()).toEqual([
    'accept',
    'content-type',
    'x-amzn-sagemaker-custom-attributes',
    'x-amzn-sagemaker-inference-id',
    'x-amzn-sagemaker-session-id',
  ]);
});

it('what would be recognised in a log has a digit or an @, and is no date', () => {
  const body = '{"id":"c-0001","email":"zoe@example.com","country":"Germany","at":"2026-01-01","n":12345678901,"m":0.25}';
  expect(tellingValues(sample({ body }))).toEqual(['c-0001', 'zoe@example.com', '12345678901']);
  expect(tellingValues(sample({ ...csv, body: 'id,phone\nc-0001,+49 30 1234\n' }))).toEqual(['c-0001', '+49 30 1234']);
  expect(tellingValues(sample({ body: 'PNG\0 abc123def' }))).toEqual([]);
});

describe('an answer beside the published one', () => {
  const compare = (answer: string, expected: string, contentType: string | null = 'application/json', tolerance = 0) =>
    differenceOf(Buffer.from(answer), Buffer.from(expected), { contentType, tolerance });

  it.each([
    ['{"b":1,"a":[1,2]}', '{ "a": [1, 2], "b": 1 }', 'application/json', null],
    ['{"a":null}', '{}', 'application/json', 'at /a'],
    ['{"a":[1]}', '{"a":[1,2]}', 'application/json', 'at /a/1'],
    ['{"a":[]}', '{"a":{}}', 'application/json', 'at /a'],
    ['{"Zoe Sample":1}', '{"Zoe Sample":2}', 'application/json', 'at /*'],
    ['x', '1', 'application/json', 'it is no JSON'],
    ['{"a":1}\n{"a":2}\n', '{ "a": 1 }\n{"a":3}', 'application/jsonlines', 'at line 2 /a'],
    ['{"a":1}\n', '{"a":1}\n{"a":2}\n', 'application/x-ndjson', '1 lines, not 2'],
    ['a,1\r\n', 'a,1\n', 'text/csv', null],
    ['a,1', 'a,2', 'text/csv', 'at line 1, field 2'],
    ['a', 'b', 'text/plain', 'at line 1'],
    ['ab', 'abc', 'image/png', 'in its bytes (2 and 3)'],
    ['ab', 'abc', null, 'in its bytes (2 and 3)'],
  ])('%s beside %s', (answer, expected, contentType, difference) => {
    expect(compare(answer, expected, contentType)).toBe(difference);
  });

  it('may be off by the tolerance in numbers', () => {
    expect(compare('{"a":0.3}', '{"a":0.2}', 'application/json', 0.1)).toBeNull();
    expect(compare('a,0.3', 'a,0.2', 'text/csv', 0.1)).toBeNull();
    expect(compare('a,0.31', 'a,0.2', 'text/csv', 0.1)).toBe('at line 1, field 2');
  });
});
