import { describe, expect, it } from 'vitest';
import { readInitAnswer, readRequestAnswer, readRequestStatus, readSubmittedRequest } from '../../../../contracts/client/read-answers.ts';

const init = { token: 'aaaa.bbbb.cccc', tokenType: 'Bearer', expiresAt: '2026-11-22T12:15:00.000Z' };
const result = { bucket: 'results', key: 'results/1', contentType: 'text/csv', bytes: 10, records: 2 };
const request = { requestId: 'r-1', result };

describe('the answer of /init', () => {
  it('is taken with members added later, which are left out', () => {
    expect(readInitAnswer(JSON.stringify({ ...init, addedLater: 1 }))).toEqual(init);
    expect(readInitAnswer(JSON.stringify({ ...init, expiresAt: '2026-11-22T12:15:00Z' }))).not.toBeNull();
  });

  it.each([
    ['no token', { ...init, token: undefined }],
    ['an empty token', { ...init, token: '' }],
    ['a token with a line end', { ...init, token: 'a\r\nx-other: 1' }],
    ['a token that is a number', { ...init, token: 7 }],
    ['another token type', { ...init, tokenType: 'Basic' }],
    ['no end', { ...init, expiresAt: undefined }],
    ['an end that is no time', { ...init, expiresAt: 'soon' }],
    ['an end that does not exist', { ...init, expiresAt: '2026-13-45T12:15:00Z' }],
    ['an end on a day that does not exist', { ...init, expiresAt: '2026-02-30T12:15:00Z' }],
    ['an end on a leap day that does not exist', { ...init, expiresAt: '2027-02-29T12:15:00Z' }],
    ['an end at hour 24', { ...init, expiresAt: '2026-02-20T24:00:00Z' }],
    ['an end in the year 1', { ...init, expiresAt: '0001-01-01T00:00:00Z' }],
    ['an end in another zone', { ...init, expiresAt: '2026-11-22T12:15:00+01:00' }],
    ['an end in seconds', { ...init, expiresAt: 1_795_000_000 }],
    ['a list', [init]],
    ['null', null],
  ])('with %s is none', (_name, answer) => {
    expect(readInitAnswer(JSON.stringify(answer))).toBeNull();
  });
});

const wrongRequests: readonly (readonly [name: string, answer: unknown])[] = [
  ...Object.keys(result).map((member) => [`no ${member}`, { requestId: 'r-1', result: { ...result, [member]: undefined } }] as const),
  ['no request id', { result }],
  ['no result', { requestId: 'r-1' }],
  ['a negative size', { requestId: 'r-1', result: { ...result, bytes: -1 } }],
  ['half a record', { requestId: 'r-1', result: { ...result, records: 1.5 } }],
  ['counts as text', { requestId: 'r-1', result: { ...result, records: '2' } }],
  ['a list', [request]],
];

describe('the answer of /request', () => {
  it('is taken with members added later, which are left out', () => {
    expect(readRequestAnswer(JSON.stringify({ ...request, more: 1, result: { ...result, more: 1 } }))).toEqual(request);
  });

  it.each(wrongRequests)('with %s is none', (_name, answer) => {
    expect(readRequestAnswer(JSON.stringify(answer))).toBeNull();
  });

  it.each(['', '{', 'null', '"text"', '<html>'])('is not %j', (text) => {
    expect(readRequestAnswer(text)).toBeNull();
    expect(readInitAnswer(text)).toBeNull();
  });
});

describe('the answer to a location', () => {
  it('is taken with members added later, which are left out', () => {
    expect(readSubmittedRequest('{"requestId":"r-1","state":"QUEUED","more":1}')).toEqual({ requestId: 'r-1', state: 'QUEUED' });
  });

  it.each([
    ['no id', { state: 'QUEUED' }],
    ['an id that would be another path', { requestId: '../init', state: 'QUEUED' }],
    ['a state that is none', { requestId: 'r-1', state: 'LOST' }],
    ['no state', { requestId: 'r-1' }],
    ['a list', []],
  ])('with %s is none', (_name, answer) => {
    expect(readSubmittedRequest(JSON.stringify(answer))).toBeNull();
  });
});

const times = { createdAt: '2026-11-22T12:15:00.000Z', updatedAt: '2026-11-22T12:16:00.000Z' };
const error = { code: 'INVALID_JSON_LINE', message: 'Every line must be a JSON value. Line 2.' };

describe('the state of a request', () => {
  it.each([
    [{ requestId: 'r-1', state: 'QUEUED', recordsDone: 0, ...times }],
    [{ requestId: 'r-1', state: 'RUNNING', recordsDone: 7, ...times }],
    [{ requestId: 'r-1', state: 'SUCCEEDED', recordsDone: 9, ...times, result }],
    [{ requestId: 'r-1', state: 'FAILED', recordsDone: 9, ...times, error }],
  ])('is taken with what belongs to it, and nothing else: %j', (status) => {
    expect(readRequestStatus(JSON.stringify({ result, error, more: 1, ...status }))).toEqual(status);
  });

  it.each([
    ['no id', { requestId: undefined }],
    ['a state that is none', { state: 'DONE' }],
    ['a negative count', { recordsDone: -1 }],
    ['a time that is none', { updatedAt: 'soon' }],
    ['success without a result', { state: 'SUCCEEDED' }],
    ['success with half a result', { state: 'SUCCEEDED', result: { ...result, key: '' } }],
    ['failure without an error', { state: 'FAILED' }],
    ['failure without a code', { state: 'FAILED', error: { message: 'x' } }],
  ])('with %s is none', (_name, change) => {
    const status = { requestId: 'r-1', state: 'RUNNING', recordsDone: 0, ...times };
    expect(readRequestStatus(JSON.stringify({ ...status, ...change }))).toBeNull();
  });
});
