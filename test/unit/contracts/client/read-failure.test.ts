import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRows, serviceErrors } from '../../../../contracts/client/error-codes.ts';
import { readFailure } from '../../../../contracts/client/read-failure.ts';

const ownId = '41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9';
const gatewayId = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';

const failureOf = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  readFailure(
    { operation: 'POST /request', status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) },
    Date.UTC(2026, 10, 22),
  );
const own = (code: string, message = 'text') => ({ error: { code, message, requestId: ownId } });

/** Every `CODE: [status, …` in the tables of the functions. */
const codesOfFunctions = ['init/init-errors.ts', 'request/request-errors.ts', 'request/large-request-errors.ts'].flatMap((file) => {
  const text = readFileSync(new URL(`../../../../lambdas/${file}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^ {2}([A-Z_]+): \[(\d{3}),/gm)].map(([, code = '', status = '']) => [code, Number(status)] as const);
});

describe('an error of the API', () => {
  it('is known by every code that the functions answer with', () => {
    expect(codesOfFunctions.length).toBeGreaterThan(33);
    for (const [code, status] of codesOfFunctions) {
      expect(failureOf(status, own(code)), code).toMatchObject({ name: 'IdentityApiError', status, code, requestId: ownId });
    }
  });

  it.each([
    [429, 'TOO_MANY_REQUESTS', true],
    [500, 'GATEWAY_ERROR', true],
    [501, 'GATEWAY_ERROR', false],
    [502, 'GATEWAY_ERROR', true],
    [520, 'GATEWAY_ERROR', false],
    [599, 'GATEWAY_ERROR', false],
    [503, 'GATEWAY_ERROR', true],
    [504, 'GATEWAY_TIMED_OUT', true],
    [400, 'BAD_REQUEST', false],
    [401, 'UNAUTHORIZED', false],
    [403, 'FORBIDDEN', false],
    [404, 'NOT_FOUND', false],
    [413, 'REQUEST_TOO_LARGE', false],
    [414, 'BAD_REQUEST', false],
    [415, 'UNSUPPORTED_MEDIA_TYPE', false],
    [204, 'INVALID_ANSWER', false],
    [304, 'INVALID_ANSWER', false],
  ] as const)("of API Gateway's own making, %i, is %s, and a repetition may mend it: %s", (status, code, retryable) => {
    for (const body of [{ message: 'Some text' }, { Message: 'Some text' }, { message: null }, 'null', '[]', '<html>', '']) {
      expect(failureOf(status, body, { 'x-amzn-requestid': gatewayId })).toMatchObject({ status, code, retryable, requestId: gatewayId });
    }
  });

  it('is worth a repetition only where the state behind it may pass', () => {
    const repeated = codesOfFunctions.filter(([code, status]) => failureOf(status, own(code)).retryable).map(([code]) => code);
    expect(repeated.sort()).toEqual([
      'MODEL_FAILED',
      'MODEL_TIMED_OUT',
      'MODEL_UNAVAILABLE',
      'PARTNER_UNAVAILABLE',
      'REQUEST_IN_PROGRESS',
      'RESULT_NOT_STORED',
      'STATE_UNAVAILABLE',
      'WORKER_UNAVAILABLE',
    ]);
    expect(failureOf(429, { message: 'Limit Exceeded' }, { 'x-amzn-errortype': 'LimitExceededException' })).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      retryable: false,
    });
  });

  it('with a 4xx status is never repeated, whatever code a server writes', () => {
    for (const code of Object.keys(serviceErrors)) expect(failureOf(400, own(code)).retryable, code).toBe(false);
    expect(failureOf(418, own('TEAPOT_BUSY'))).toMatchObject({ code: 'BAD_REQUEST', message: expect.not.stringContaining('TEAPOT') });
  });

  it('says the place that our functions say, and nothing else of what a server wrote', () => {
    expect(failureOf(400, own('RAGGED_ROW', 'A row does not have as many fields as the header. Row 3.')).message).toBe(
      'POST /request answered 400 RAGGED_ROW: A row does not have as many fields as the header. Row 3.',
    );
    expect(failureOf(413, own('REQUEST_TOO_LARGE', 'The body is too large. At most 4,500,000 bytes.')).message).toMatch(
      /At most 4,500,000 bytes\.$/,
    );
    expect(failureOf(403, { message: 'x' }, { 'x-amzn-errortype': 'InvalidSignatureException' }).message).toMatch(
      /\(InvalidSignatureException\)$/,
    );
  });

  it('shows nothing of what a server repeats', () => {
    const secret = 'lena.sample0001@example.com';
    const bodies = [
      own('INVALID_JSON', `bad: ${secret}`),
      own('RAGGED_ROW', `${secret} Row 3.`),
      own(secret),
      { error: { code: 'INVALID_JSON', message: 'x', requestId: secret } },
      { message: secret },
      secret,
    ];
    for (const body of bodies) {
      const failure = failureOf(400, body, { 'x-amzn-errortype': secret, 'x-amzn-requestid': secret });
      expect(inspect(failure, { depth: null, showHidden: true })).not.toContain(secret);
    }
  });

  it.each([
    ['a code', own('CANARY_NAME'), {}],
    ['a request id', { error: { code: 'INVALID_JSON', message: 'x', requestId: 'canary7391' } }, {}],
    ['a request id in a header', '', { 'x-amzn-requestid': 'canary-7391' }],
    ['a name that is none of AWS', '', { 'x-amzn-errortype': 'CANARYException' }],
    ['a name that is too long', '', { 'x-amzn-errortype': `${'Canary'.repeat(8)}Exception` }],
    ['a name with a number', '', { 'x-amzn-errortype': 'Canary7391Exception' }],
  ])('does not pass on %s that only looks like one', (_name, body, headers) => {
    expect(inspect(failureOf(400, body, headers as Record<string, string>), { depth: null, showHidden: true })).not.toMatch(/canary/i);
  });

  it('of /init speaks of the credentials, as there is no token yet', () => {
    expect(failureOf(401, { message: 'Unauthorized' }).message).toMatch(/the token, or for \/init the credentials\.$/);
  });

  it('comes out of any answer at all, with a code of the union', () => {
    fc.assert(
      fc.property(fc.integer({ min: 201, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, text) => {
        const { code, retryable } = failureOf(status, text);
        expect(Object.keys(errorRows)).toContain(code);
        if (status < 500 && status !== 429 && status !== 409) expect(retryable).toBe(false);
      }),
    );
  });

  it('carries what Retry-After asks for', () => {
    expect(failureOf(502, own('MODEL_UNAVAILABLE'), { 'retry-after': '5' }).retryAfterMs).toBe(5_000);
    expect(failureOf(502, own('MODEL_UNAVAILABLE')).retryAfterMs).toBeNull();
  });
});
