import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readMediaType } from '../../../lambdas/request/media-type.ts';
import { type IdentityRequest, readRequest, requestBytesMax } from '../../../lambdas/request/read-request.ts';
import { callOf } from './calls.ts';
import { recordShapes } from './record-shapes.ts';
import { codeOf, messageOf } from './thrown.ts';

const mediaTypes: readonly (readonly [given: string | null, expected: string | null])[] = [
  ['application/json', 'application/json'],
  ['Application/JSON; charset=UTF-8', 'application/json'],
  ['application/json;charset="utf-8"', 'application/json'],
  ['application/jsonlines', 'application/jsonlines'],
  ['application/x-ndjson', 'application/jsonlines'],
  ['text/csv; header=present; charset=utf8', 'text/csv'],
  ['text/csv; charset=iso-8859-1', null],
  ['text/plain', null],
  ['application/json+x', null],
  ['constructor', null],
  ['', null],
  [null, null],
];

const bodies: readonly (readonly [name: string, contentType: string, body: string, outcome: number | string])[] = [
  ['one record', 'application/json', '{"records":[{}]}', 1],
  ['three records', 'application/json', '{"records":[{},{"a":1},{}]}', 3],
  ['a byte order mark', 'application/json', '\ufeff{"records":[{}]}', 1],
  ['malformed', 'application/json', '{"records":[{"email":"secret"', 'INVALID_JSON'],
  ['a list', 'application/json', '["secret"]', 'INVALID_JSON'],
  ['null', 'application/json', 'null', 'INVALID_JSON'],
  ['another member', 'application/json', '{"records":[{}],"secret":1}', 'INVALID_JSON'],
  ['no records member', 'application/json', '{}', 'NO_RECORDS'],
  ['an empty list', 'application/json', '{"records":[]}', 'NO_RECORDS'],
  ['records and a location', 'application/json', '{"records":[{}],"inputLocation":"s3://secret/inputs/a"}', 'INVALID_JSON'],
  ['a location and another member', 'application/json', '{"inputLocation":"s3://secret/inputs/a","more":1}', 'INVALID_JSON'],
  ['a location that is no text', 'application/json', '{"inputLocation":{"secret":1}}', 'INVALID_INPUT_LOCATION'],
  ['a location of null', 'application/json', '{"inputLocation":null}', 'INVALID_INPUT_LOCATION'],
  ['records that are no list', 'application/json', '{"records":{"0":{}}}', 'NO_RECORDS'],
  ['a text among the records', 'application/json', '{"records":[{},"secret"]}', 'RECORD_NOT_AN_OBJECT'],
  ['null among the records', 'application/json', '{"records":[null]}', 'RECORD_NOT_AN_OBJECT'],
  ['a list among the records', 'application/json', '{"records":[[]]}', 'RECORD_NOT_AN_OBJECT'],
  ['two lines', 'application/jsonlines', '{"a":1}\n{"b":2}\n', 2],
  ['CRLF and no end', 'application/jsonlines', '{"a":1}\r\n{"b":2}', 2],
  ['a blank line between', 'application/jsonlines', '{"a":1}\n\n{"b":2}\n', 'INVALID_JSON_LINE'],
  ['a malformed line', 'application/jsonlines', '{"a":1}\n{"secret\n', 'INVALID_JSON_LINE'],
  ['a line that is no object', 'application/jsonlines', '"secret"\n', 'RECORD_NOT_AN_OBJECT'],
  ['white space only', 'application/jsonlines', '\n', 'NO_RECORDS'],
  ['rows', 'text/csv', 'id\n1\n2\n', 2],
  ['a header only', 'text/csv', 'id\n', 'NO_RECORDS'],
  ['empty JSON', 'application/json', '', 'EMPTY_BODY'],
  ['empty CSV', 'text/csv', '', 'EMPTY_BODY'],
];

describe('the request', () => {
  it.each(mediaTypes)('of type %s is read as %s', (given, expected) => {
    if (expected === null) expect(codeOf(() => readMediaType(given))).toBe('UNSUPPORTED_CONTENT_TYPE');
    else expect(readMediaType(given)).toBe(expected);
  });

  it.each(bodies)('%s (%s) ends as it should', (_name, contentType, body, outcome) => {
    const read = () => readRequest(callOf({ body, headers: { 'content-type': contentType } }), '222222222222');
    if (typeof outcome === 'number') {
      expect(read()).toMatchObject({ kind: 'records', records: outcome });
    } else {
      expect(codeOf(read)).toBe(outcome);
      expect(messageOf(read)).not.toContain('secret');
    }
  });

  it.each(recordShapes)('$contentType, $name: $outcome', ({ contentType, text, outcome }) => {
    const read = () => readRequest(callOf({ body: text, headers: { 'content-type': contentType } }), '222222222222');
    if (typeof outcome === 'number') expect(read()).toMatchObject({ kind: 'records', records: outcome });
    else expect(codeOf(read)).toBe(outcome);
  });

  it('keeps the bytes as they came, as text and as base64', () => {
    const body = '{ "records" : [ {"name":"Müller 😀"} ] }\n';
    const headers = { 'Content-Type': 'application/json' };
    const asText = readRequest(callOf({ body, headers }), 'a') as IdentityRequest;
    const asBase64 = readRequest(
      callOf({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true, headers }),
      'a',
    ) as IdentityRequest;
    expect(asText.body.equals(Buffer.from(body))).toBe(true);
    expect(asBase64.body.equals(Buffer.from(body))).toBe(true);
    expect(asBase64.requestHash).toBe(asText.requestHash);
  });

  it('may say where the records are: the hash is that of the place, whatever else the body looks like', () => {
    const read = (body: string) => readRequest(callOf({ body, headers: { 'content-type': 'application/json' } }), 'a');
    const first = read('{"inputLocation":"s3://b/inputs/a"}');
    expect(first).toMatchObject({ kind: 'location', inputLocation: 's3://b/inputs/a', idempotencyHash: null });
    expect(read('{ "inputLocation": "s3:\\/\\/b/inputs/a" }\n')).toEqual(first);
    expect(read('{"inputLocation":"s3://b/inputs/A"}').requestHash).not.toBe(first.requestHash);
  });

  // 6,291,556 bytes: AWS's limit for the event of a synchronous invocation [S]. 200,000: headers come twice, and the request context.
  it('of the largest size fits into an event as base64, and says so where it is larger', () => {
    expect(Math.ceil(requestBytesMax / 3) * 4 + 200_000).toBeLessThan(6_291_556);
    const tooLarge = () => readRequest(callOf({ body: 'x'.repeat(requestBytesMax + 1), headers: { 'content-type': 'text/csv' } }), 'a');
    expect(messageOf(tooLarge)).toBe('The body is too large. At most 4,500,000 bytes.');
  });

  it('refuses bytes that are not UTF-8, and bodies that are too large', () => {
    const bytes = Buffer.concat([Buffer.from('{"records":[{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')]);
    const headers = { 'content-type': 'application/json' };
    expect(codeOf(() => readRequest(callOf({ body: bytes.toString('base64'), isBase64Encoded: true, headers }), 'a'))).toBe(
      'INVALID_ENCODING',
    );
    expect(codeOf(() => readRequest(callOf({ body: 'x'.repeat(requestBytesMax + 1), headers }), 'a'))).toBe('REQUEST_TOO_LARGE');
  });

  it('has another hash when a byte or the type is another', () => {
    const hash = (contentType: string, body: string) =>
      readRequest(callOf({ body, headers: { 'content-type': contentType } }), 'a').requestHash;
    expect(hash('application/json', '{"records":[{}]}')).not.toBe(hash('application/json', '{"records":[{}]} '));
    expect(hash('application/json', '{"records":[{}]}')).not.toBe(
      readRequest(callOf({ body: 'id\n{}\n', headers: { 'content-type': 'text/csv' } }), 'a').requestHash,
    );
    expect(hash('application/json; charset=utf-8', '{"records":[{}]}')).toBe(hash('application/json', '{"records":[{}]}'));
  });

  const keys: readonly (readonly [key: string, ok: boolean])[] = [
    ['order-1', true],
    ['!~', true],
    ['x'.repeat(255), true],
    ['', false],
    ['x'.repeat(256), false],
    ['with space', false],
    ['tab\there', false],
    ['ümlaut', false],
    ['line\nbreak', false],
  ];
  it.each(keys)('takes the Idempotency-Key %j: %s', (key, ok) => {
    const read = (subject = '222222222222') =>
      readRequest(callOf({ body: '{"records":[{}]}', headers: { 'content-type': 'application/json', 'IDEMPOTENCY-key': key } }), subject);
    if (!ok) return expect(codeOf(read)).toBe('INVALID_IDEMPOTENCY_KEY');
    expect(read().idempotencyHash).toBe(createHash('sha256').update(`222222222222\n${key}`).digest('hex'));
    expect(read('333333333333').idempotencyHash).not.toBe(read().idempotencyHash);
  });
});
