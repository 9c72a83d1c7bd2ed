import { beforeEach, describe, expect, it, vi } from 'vitest';
import { authorizer, body, deployment, modelAnswer, modelError, now } from './request-deployment.ts';

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('a request', () => {
  it("sends the bytes as received and stores the model's answer byte for byte", async () => {
    const { call, invoked, objects } = deployment();
    const { statusCode, json: answer } = await call();
    expect(statusCode).toBe(200);
    expect(answer).toEqual({
      requestId: 'gateway-1',
      result: { bucket: 'results-bucket', key: 'results/invocation-1', contentType: 'application/octet-stream', bytes: 5, records: 1 },
    });
    expect(invoked).toEqual([
      { EndpointName: 'identity', ContentType: 'application/json', Accept: 'application/json', Body: Buffer.from(body) },
    ]);
    const stored = objects.stored.get('results/invocation-1');
    expect(Buffer.from(stored?.body ?? '').equals(modelAnswer)).toBe(true);
    expect(stored?.contentType).toBe('application/octet-stream');
    expect(objects.operations).toEqual(['putNew results']);
  });

  it("does not let a client choose the object's name, nor put anything into an answer, by choosing the request id", async () => {
    const { call } = deployment();
    const { json: answer } = await call({ requestId: '../../secret"' });
    expect(answer.requestId).toBe('invocation-1');
    expect(answer.result.key).toBe('results/invocation-1');
  });

  const callers: readonly (readonly [name: string, authorizer: Record<string, unknown> | undefined, status: number, code: string])[] = [
    ['no authorizer', undefined, 500, 'AUTHORIZER_MISSING'],
    ['no end of the token', { subject: '222222222222' }, 500, 'AUTHORIZER_MISSING'],
    ['an end that is no number', { ...authorizer, tokenExpiresAt: 'never' }, 500, 'AUTHORIZER_MISSING'],
    ['a token that ends now', { ...authorizer, tokenExpiresAt: String(now / 1_000) }, 401, 'TOKEN_EXPIRED'],
    ['a token that ended while its policy was cached', { ...authorizer, tokenExpiresAt: String(now / 1_000 - 50) }, 401, 'TOKEN_EXPIRED'],
    ['a token of another account', { ...authorizer, subject: '333333333333' }, 403, 'SUBJECT_MISMATCH'],
  ];
  it.each(callers)('is refused with %s, and neither model nor bucket is touched', async (_name, context, status, code) => {
    const { call, invoked, objects } = deployment();
    const { statusCode, json: answer } = await call(context === undefined ? { authorizer: undefined as never } : { authorizer: context });
    expect([statusCode, answer]).toEqual([status, { error: { code, message: expect.any(String), requestId: 'gateway-1' } }]);
    expect([invoked.length, objects.operations.length]).toEqual([0, 0]);
  });

  it('that the model rejects is 422, stores nothing and repeats nothing', async () => {
    const { call, objects, ...world } = deployment({
      sendInvokeEndpoint: async () => {
        throw modelError(400);
      },
    });
    const { statusCode, json: answer, body: text } = await call();
    expect([statusCode, answer.error.code]).toEqual([422, 'MODEL_REJECTED_REQUEST']);
    expect(text).not.toContain('canary');
    expect([objects.stored.size, world.invoked.length]).toEqual([0, 0]);
  });

  it('is not left waiting by a slow model: there is time to answer', async () => {
    const { call } = deployment({
      sendInvokeEndpoint: (_command, { abortSignal }) =>
        new Promise((_resolve, reject) => {
          abortSignal.addEventListener('abort', () => reject(abortSignal.reason));
        }),
    });
    const { statusCode, json: answer } = await call({}, 60);
    expect([statusCode, answer.error.code]).toEqual([504, 'MODEL_TIMED_OUT']);
  });

  it.each([1_000, 3_000, 5_000, 28_000])('leaves the model most of a time limit of %i ms, and some for the result', async (limitMs) => {
    const timeouts: number[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const { call } = deployment();
    expect((await call({}, limitMs)).statusCode).toBe(200);
    timeouts.push(...timeout.mock.calls.map(([ms]) => ms));
    timeout.mockRestore();
    expect(timeouts[0]).toBeGreaterThan(limitMs / 2);
    expect(timeouts[0]).toBeLessThanOrEqual(limitMs - Math.min(5_000, limitMs / 4));
  });

  it('that the model answers with nothing is 502 and stores nothing, so that it can be sent again', async () => {
    const world = deployment();
    world.modelAnswer = Buffer.alloc(0);
    const { statusCode, json: answer } = await world.keyed('order-1');
    expect([statusCode, answer.error?.code]).toEqual([502, 'MODEL_FAILED']);
    expect([...world.objects.stored.keys()].filter((key) => key.startsWith('results/'))).toEqual([]);
    world.modelAnswer = modelAnswer;
    expect((await world.keyed('order-1')).statusCode).toBe(200);
  });

  it('whose result cannot be stored is 503 with Retry-After', async () => {
    const { call, objects } = deployment();
    objects.fault = () => 'fails';
    const { statusCode, json: answer, headers, body: text } = await call();
    expect([statusCode, answer.error.code, headers?.['Retry-After']]).toEqual([503, 'RESULT_NOT_STORED', '2']);
    expect(text).not.toMatch(/canary|AccessDenied/);
  });

  it('whose first write arrived although its answer was lost has its result', async () => {
    const { call, objects, invoked } = deployment();
    objects.fault = (operation) => (operation === 'putNew' ? 'lost-answer' : null);
    const { statusCode, json: answer } = await call();
    expect([statusCode, answer.result.key, invoked.length]).toEqual([200, 'results/invocation-1', 1]);
  });

  it('meets a write conflict and tries again, but not for ever', async () => {
    const { call, objects } = deployment();
    let conflicts = 2;
    objects.fault = (operation) => (operation === 'putNew' && conflicts-- > 0 ? 'loses' : null);
    expect((await call()).statusCode).toBe(200);
    objects.fault = (operation) => (operation === 'putNew' ? 'loses' : null);
    expect((await call()).json.error.code).toBe('RESULT_NOT_STORED');
  });

  it('logs codes and ids, and neither a record nor a header', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { call, keyed, objects } = deployment();
    await call();
    await call({ body: '{"records":["canary"]}' });
    objects.fault = () => 'fails';
    await keyed('canary-key');
    const text = lines.mock.calls.flat().join('\n');
    // The last call's second line says that nobody knows whether its claim was written.
    expect(lines).toHaveBeenCalledTimes(4);
    expect(text).not.toContain('canary');
    for (const line of text.split('\n')) expect(Object.keys(JSON.parse(line)).sort()).not.toContain('body');
  });

  it('that meets a bug of ours is 500 in our own shape', async () => {
    const { call } = deployment({
      sendInvokeEndpoint: async () => ({ $metadata: {}, Body: modelAnswer as never }),
      objects: { bucket: 'x' } as never,
    });
    const { statusCode, json: answer } = await call();
    expect([statusCode, answer]).toEqual([500, { error: { code: 'INTERNAL_ERROR', message: expect.any(String), requestId: 'gateway-1' } }]);
  });
});
