import type { InvokeCommand, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createInit } from '../../../lambdas/init/answer-init.ts';
import { callOf, contextOf } from './calls.ts';

const now = Date.UTC(2026, 10, 22, 12);
const token = `${'a'.repeat(40)}.${'b'.repeat(120)}.${'c'.repeat(86)}`;
const expiresAt = new Date(now + 900_000).toISOString();
const partnerFunctionArn = 'arn:aws:lambda:us-east-1:111111111111:function:airlock-partner-token:s-k3v9x2m7q4ta';

function answerOf(payload: unknown, more: Partial<InvokeCommandOutput> = {}): InvokeCommandOutput {
  const Payload = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return { $metadata: {}, StatusCode: 200, Payload: Payload as unknown as NonNullable<InvokeCommandOutput['Payload']>, ...more };
}

function awsError(name: string): Error {
  return Object.assign(new Error(`canary ${partnerFunctionArn}`), { name });
}

async function init(
  send: (command: InvokeCommand) => Promise<InvokeCommandOutput>,
  body: string | null = '{"productCode":"airlock-identity"}',
) {
  const result = await createInit({ partnerFunctionArn, send, now: () => now })(callOf({ body }), contextOf());
  return { ...result, json: JSON.parse(result.body) };
}

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('init', () => {
  it("asks the partner at this subscriber's alias and hands the token over", async () => {
    const commands: InvokeCommand['input'][] = [];
    const { statusCode, json, headers } = await init(async (command) => {
      commands.push(command.input);
      return answerOf({ ok: true, token, expiresAt, addedLater: 1 });
    });
    expect(statusCode).toBe(200);
    expect(json).toEqual({ token, tokenType: 'Bearer', expiresAt });
    expect(headers).toMatchObject({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    expect(commands).toEqual([{ FunctionName: partnerFunctionArn, InvocationType: 'RequestResponse', Payload: expect.anything() }]);
    expect(Buffer.from(commands[0]?.Payload as Uint8Array).toString()).toBe('{"productCode":"airlock-identity"}');
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{}',
    '{"productCode":7}',
    '{"productCode":""}',
    '{"productCode":"A B"}',
    '{"productCode":"a","more":1}',
  ])('refuses the body %j and does not ask the partner', async (body) => {
    const send = vi.fn();
    const { statusCode, json } = await init(send, body);
    expect([statusCode, json.error.code]).toEqual([400, 'INVALID_REQUEST_BODY']);
    expect(send).not.toHaveBeenCalled();
  });

  const refusals: readonly (readonly [reason: string, status: number, code: string])[] = [
    ['SUBSCRIPTION_NOT_FOUND', 403, 'SUBSCRIPTION_NOT_FOUND'],
    ['SUBSCRIPTION_ENDED', 403, 'SUBSCRIPTION_ENDED'],
    ['PRODUCT_NOT_SUBSCRIBED', 403, 'PRODUCT_NOT_SUBSCRIBED'],
    ['CALLER_NOT_RECOGNISED', 403, 'CALLER_NOT_RECOGNISED'],
    ['INVALID_REQUEST', 502, 'PARTNER_ANSWER_INVALID'],
    ['A_NEW_REASON', 502, 'PARTNER_ANSWER_INVALID'],
  ];
  it.each(refusals)("maps the partner's %s to %i %s", async (reason, status, code) => {
    const { statusCode, json } = await init(async () => answerOf({ ok: false, reason }));
    expect([statusCode, json.error.code]).toEqual([status, code]);
  });

  // A removed alias shows as one or the other [M].
  it.each([
    ['AccessDeniedException', 403, 'SUBSCRIPTION_NOT_FOUND'],
    ['ResourceNotFoundException', 403, 'SUBSCRIPTION_NOT_FOUND'],
    ['TooManyRequestsException', 502, 'PARTNER_UNAVAILABLE'],
    ['ServiceException', 502, 'PARTNER_UNAVAILABLE'],
    ['TimeoutError', 502, 'PARTNER_UNAVAILABLE'],
    ['AbortError', 502, 'PARTNER_UNAVAILABLE'],
  ])('maps %s of Lambda to %i %s', async (name, status, code) => {
    const { statusCode, json, body } = await init(() => Promise.reject(awsError(name)));
    expect([statusCode, json.error.code]).toEqual([status, code]);
    expect(body).not.toMatch(/canary|arn:/);
  });

  // Wording: AWS, "Troubleshoot access denied error messages". [D]
  const denials: readonly (readonly [text: string, code: string])[] = [
    ['because no identity-based policy allows the lambda:InvokeFunction action', 'PARTNER_UNAVAILABLE'],
    ['with an explicit deny in an identity-based policy', 'PARTNER_UNAVAILABLE'],
    ['with an explicit deny in an identity-based policy: arn:aws:iam::222222222222:policy/canary', 'PARTNER_UNAVAILABLE'],
    ['because no permissions boundary allows the lambda:InvokeFunction action', 'PARTNER_UNAVAILABLE'],
    ['with an explicit deny in a service control policy', 'PARTNER_UNAVAILABLE'],
    ['with an explicit deny in a VPC endpoint policy', 'PARTNER_UNAVAILABLE'],
    ['because no resource-based policy allows the lambda:InvokeFunction action', 'SUBSCRIPTION_NOT_FOUND'],
    ['with an explicit deny in a resource-based policy', 'SUBSCRIPTION_NOT_FOUND'],
    ['with an explicit deny in a resource control policy', 'SUBSCRIPTION_NOT_FOUND'],
    ['in words of another year', 'SUBSCRIPTION_NOT_FOUND'],
    ['', 'SUBSCRIPTION_NOT_FOUND'],
  ];
  it.each(denials)('tells its own lost permission from an ended subscription: %j is %s', async (text, code) => {
    const lines = vi.spyOn(console, 'log');
    const message = `User: arn:aws:sts::222222222222:assumed-role/canary/init is not authorized to perform: lambda:InvokeFunction on resource: ${partnerFunctionArn} ${text}`;
    const error = Object.assign(new Error(message), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
    const { statusCode, json, body } = await init(() => Promise.reject(error));
    const cause = code === 'PARTNER_UNAVAILABLE' ? 'INVOKE_NOT_PERMITTED' : 'AccessDeniedException 403';
    expect([statusCode, json.error.code]).toEqual([code === 'PARTNER_UNAVAILABLE' ? 502 : 403, code]);
    expect(JSON.parse(String(lines.mock.calls.at(-1)?.[0]))).toMatchObject({ code, cause });
    expect(body + lines.mock.calls.join()).not.toMatch(/canary|arn:/);
  });

  it('maps a function that threw to 502, and repeats nothing of its payload', async () => {
    const { statusCode, json, body } = await init(async () =>
      answerOf({ errorType: 'X', errorMessage: 'canary', trace: [] }, { FunctionError: 'Unhandled' }),
    );
    expect([statusCode, json.error.code]).toEqual([502, 'PARTNER_UNAVAILABLE']);
    expect(body).not.toContain('canary');
  });

  const nonsense: readonly (readonly [name: string, payload: unknown])[] = [
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['null', null],
    ['a text', 'null'],
    ['ok as a text', { ok: 'true', token, expiresAt }],
    ['no ok', { token, expiresAt }],
    ['no token', { ok: true, expiresAt }],
    ['a token that is no JWT', { ok: true, token: 'abc', expiresAt }],
    ['a token without signature', { ok: true, token: `${'a'.repeat(40)}.${'b'.repeat(40)}.`, expiresAt }],
    ['a token with a line break', { ok: true, token: `${token}\n`, expiresAt }],
    ['a token without end', { ok: true, token: `${'a'.repeat(40)}.${'b'.repeat(9_000)}.${'c'.repeat(86)}`, expiresAt }],
    ['no expiresAt', { ok: true, token }],
    ['expiresAt as a number', { ok: true, token, expiresAt: now + 900_000 }],
    ['expiresAt in another form', { ok: true, token, expiresAt: 'Sun, 22 Nov 2026 12:15:00 GMT' }],
    ['expiresAt in the past', { ok: true, token, expiresAt: new Date(now).toISOString() }],
    ['expiresAt too far away', { ok: true, token, expiresAt: new Date(now + 3_600_000).toISOString() }],
  ];
  it.each(nonsense)('answers 502 PARTNER_ANSWER_INVALID to %s', async (_name, payload) => {
    const { statusCode, json } = await init(async () => answerOf(payload));
    expect([statusCode, json.error.code]).toEqual([502, 'PARTNER_ANSWER_INVALID']);
  });

  it('gives up before its own time is over', async () => {
    const send = (_command: InvokeCommand, options?: { abortSignal: AbortSignal }) =>
      new Promise<InvokeCommandOutput>((_resolve, reject) => {
        options?.abortSignal.addEventListener('abort', () => reject(options.abortSignal.reason));
      });
    const result = await createInit({ partnerFunctionArn, send, now: () => now })(
      callOf({ body: '{"productCode":"airlock-identity"}' }),
      contextOf('invocation-1', 520),
    );
    expect([result.statusCode, JSON.parse(result.body).error.code]).toEqual([502, 'PARTNER_UNAVAILABLE']);
  });
});
