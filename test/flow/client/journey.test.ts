import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { IdentityRequestInput } from '../../../contracts/client/identity-client.ts';
import { startAirlock } from '../../../emulator/airlock.ts';
import { countSpans } from '../application.ts';
import { editedTemplates } from '../edited-template.ts';
import { changeSubscription, clientFor, countResults, s3Of } from './client-for-test.ts';
import { hangUp, passOn, startScriptedServer } from './scripted-server.ts';

const record = { id: 'c-0001', email: 'Lena.Sample0001+news@gmail.com' };

const inputs: readonly { readonly input: IdentityRequestInput; readonly contentType: string; readonly records: number }[] = [
  { input: { records: [record, { id: '2' }] }, contentType: 'application/json', records: 2 },
  { input: { contentType: 'application/json', body: JSON.stringify({ records: [record] }) }, contentType: 'application/json', records: 1 },
  {
    input: { contentType: 'application/jsonlines', body: `${JSON.stringify(record)}\n` },
    contentType: 'application/jsonlines',
    records: 1,
  },
  {
    input: { contentType: 'application/x-ndjson', body: Buffer.from('{"id":"J\u00fcrgen"}\n{"id":"2"}\n') },
    contentType: 'application/jsonlines',
    records: 2,
  },
  { input: { contentType: 'text/csv', body: 'id,email\r\n1,a.sample@example.com\r\n' }, contentType: 'text/csv', records: 1 },
];

describe("the customer's application", () => {
  it('sends records of every type with one token, and finds the results where the answer says', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    using s3 = s3Of(airlock, 'customer-app');
    for (const { input, contentType, records } of inputs) {
      const { requestId, result } = await client.request(input);
      expect(requestId).toMatch(/^[A-Za-z0-9-]+$/);
      expect(result).toMatchObject({ bucket: airlock.resultsBucket, contentType: expect.stringContaining(contentType), records });
      const stored = await s3.client.send(new GetObjectCommand({ Bucket: result.bucket, Key: result.key }));
      expect((await stored.Body?.transformToByteArray())?.byteLength).toBe(result.bytes);
    }
    expect([count('/init'), count('/request')]).toEqual([1, inputs.length]);
  });

  it('asks for one token for 20 requests at the same time', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.request({ records: [record] })));
    expect(new Set(answers.map(({ result }) => result.key)).size).toBe(20);
    expect(count('/init')).toBe(1);
  });

  it('gets a new token when it asks for one, and then uses that', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    const first = await client.init();
    const second = await client.init();
    expect(second.token).not.toBe(first.token);
    expect(second.tokenType).toBe('Bearer');
    expect(Date.parse(second.expiresAt) - Date.now()).toBeGreaterThan(800_000);
    await client.request({ records: [record] });
    expect(count('/init')).toBe(2);
  });

  it('renews its token before the end', async () => {
    await using airlock = await startAirlock();
    let laterMs = 0;
    const { client, count } = clientFor(airlock, { now: () => Date.now() + laterMs, renewBeforeMs: 14 * 60_000 });
    await client.request({ records: [record] });
    laterMs = 30_000;
    await client.request({ records: [record] });
    expect(count('/init')).toBe(1);
    laterMs = 61_000;
    await client.request({ records: [record] });
    await expect.poll(() => count('/init')).toBe(2);
    await client.request({ records: [record] });
    await client.request({ records: [record] });
    expect(count('/init')).toBe(2);
  });

  it('gets another token when the one it keeps is refused, and repeats the request', async () => {
    await using airlock = await startAirlock();
    // The partner cuts the token short, and the client's clock stands still: it can't know that the token has ended.
    const startedAtMs = Date.now();
    const { client, count } = clientFor(airlock, { now: () => startedAtMs });
    await client.init();
    await changeSubscription(airlock, { endsAt: new Date(Date.now() + 2_000).toISOString() });
    await client.init();
    await changeSubscription(airlock, {});
    const deadline = Date.now() + 15_000;
    while (count('/init') === 2 && Date.now() < deadline) await client.request({ records: [record] });
    expect(count('/init')).toBe(3);
  });

  it('repeats a request whose answer was lost with the same key, and one result is stored', async () => {
    await using airlock = await startAirlock();
    const apiUrl = airlock.apiUrl ?? '';
    const lost: (number | undefined)[] = [];
    await using front = await startScriptedServer(({ path }, attempt) =>
      path.endsWith('/request') && attempt === 1
        ? passOn(apiUrl, (response, { statusCode }) => {
            lost.push(statusCode);
            response.destroy();
          })
        : passOn(apiUrl),
    );
    const { client } = clientFor(airlock, { apiUrl: front.apiUrl });
    const { result } = await client.request({ records: [record] });
    expect(lost).toEqual([200]);
    const keys = front.at('/request').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
    expect(result.records).toBe(1);
    expect([await countResults(airlock), countSpans(airlock, 'aws.sagemaker')]).toEqual([1, 1]);
  });

  it('gets the same result for the same key, and an error for the same key with other records', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    const options = { idempotencyKey: 'order-1' };
    const first = await client.request({ records: [record] }, options);
    expect(await client.request({ records: [record] }, options)).toEqual(first);
    await expect(client.request({ records: [{ id: 'other' }] }, options)).rejects.toMatchObject({
      status: 409,
      code: 'IDEMPOTENCY_KEY_REUSED',
      retryable: false,
    });
    expect(count('/request')).toBe(3);
  });

  it('ends a request at once when it is aborted, while the model is still at it', async () => {
    await using airlock = await startAirlock({
      template: editedTemplates(
        'customer',
        /- (ModelPackageName: !Ref ModelPackageArn)/,
        '- { $1, Environment: { MODEL_STUB_FAULT: hang } }',
      ),
    });
    const apiUrl = airlock.apiUrl ?? '';
    const controller = new AbortController();
    const reason = new Error('the user has gone');
    const gone: string[] = [];
    await using front = await startScriptedServer(({ path }) => (response, seen) => {
      response.once('close', () => gone.push(path));
      passOn(apiUrl)(response, seen);
      if (path.endsWith('/request')) controller.abort(reason);
    });
    const { client } = clientFor(airlock, { apiUrl: front.apiUrl });
    await expect(client.request({ records: [record] }, { signal: controller.signal })).rejects.toBe(reason);
    await expect.poll(() => gone).toContain('/v1/request');
    expect(front.at('/request').length).toBe(1);
    await expect(client.request({ records: [record] }, { signal: controller.signal })).rejects.toBe(reason);
    expect(front.at('/request').length).toBe(1);
  });
});

describe('what the application is told', () => {
  it.each([
    ['an ended subscription', { status: 'ended' }, [403, 'SUBSCRIPTION_ENDED', false]],
    ['a subscription to another product', { productCodes: ['something-else'] }, [403, 'PRODUCT_NOT_SUBSCRIBED', false]],
    ['no subscription', null, [403, 'SUBSCRIPTION_NOT_FOUND', false]],
    ['a partner that fails', { productCodes: 'no list' }, [502, 'PARTNER_UNAVAILABLE', true]],
  ] as const)('of %s is the code, and no record is sent', async (_name, change, expected) => {
    await using airlock = await startAirlock();
    await changeSubscription(airlock, change);
    const { client, count } = clientFor(airlock, { wait: async () => {} });
    const error = await client.request({ records: [record] }).catch((reason: unknown) => reason);
    const [status, code, retryable] = expected;
    expect(error).toMatchObject({ name: 'IdentityApiError', status, code, retryable, requestId: expect.any(String) });
    expect([count('/init'), count('/request')]).toEqual([retryable ? 3 : 1, 0]);
  });

  it('of a token for another account is FORBIDDEN, and no new one is asked for', async () => {
    await using airlock = await startAirlock();
    await changeSubscription(airlock, { accountId: '333333333333' });
    const { client, count } = clientFor(airlock);
    await expect(client.request({ records: [record] })).rejects.toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect([count('/init'), count('/request')]).toEqual([1, 1]);
  });

  it('of credentials that may not call the API is FORBIDDEN, in words of its own', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock, { credentials: async () => airlock.credentials.stranger });
    await expect(client.init()).rejects.toMatchObject({ status: 403, code: 'FORBIDDEN', retryable: false });
    const wrongKey = { ...airlock.credentials['customer-app'], secretAccessKey: 'canary'.repeat(6) };
    const other = clientFor(airlock, { credentials: wrongKey });
    const error = await other.client.init().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 403, code: 'FORBIDDEN', message: expect.stringMatching(/Exception\)$/) });
    expect([count('/init'), other.count('/init')]).toEqual([1, 1]);
  });

  it('of records that cannot be read is the code and the place', async () => {
    await using airlock = await startAirlock();
    const { client, count } = clientFor(airlock);
    await expect(client.request({ contentType: 'text/csv', body: 'id,email\n1,canary,extra\n' })).rejects.toMatchObject({
      status: 400,
      code: 'RAGGED_ROW',
      message: expect.stringMatching(/Row \d\.$/),
    });
    await expect(client.request({ records: [] })).rejects.toMatchObject({ status: 400, code: 'INVALID_REQUEST_BODY' });
    expect(count('/request')).toBe(2);
  });

  it('of a model that is down comes after repetitions with the same key, which waited as long as the API asked', async () => {
    await using airlock = await startAirlock();
    const waitsMs: number[] = [];
    await using front = await startScriptedServer(() => passOn(airlock.apiUrl ?? ''));
    const { client } = clientFor(airlock, {
      fetch,
      apiUrl: front.apiUrl,
      random: () => 0,
      wait: async (ms) => {
        waitsMs.push(ms);
      },
    });
    await client.init();
    await Promise.all([...airlock.models.values()].map((model) => model.close()));
    await expect(client.request({ records: [record] })).rejects.toMatchObject({ status: 502, code: 'MODEL_UNAVAILABLE', retryable: true });
    expect(new Set(front.at('/request').map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(front.at('/request').length).toBe(3);
    expect(waitsMs).toEqual([5_100, 5_200]);
  });

  it('of an API that is not there is a failure of the network with its cause', async () => {
    await using front = await startScriptedServer(() => hangUp);
    await using airlock = await startAirlock();
    const { client } = clientFor(airlock, { apiUrl: front.apiUrl, wait: async () => {} });
    await expect(client.init()).rejects.toMatchObject({
      name: 'IdentityNetworkError',
      code: 'NETWORK_FAILED',
      cause: expect.any(Error),
    });
    expect(front.at('/init').length).toBe(3);
  });
});
