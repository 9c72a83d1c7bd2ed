import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callInit, callRequest, oneRecord } from '../application.ts';
import { openS3 } from '../storage/open-s3.ts';
import { invokePartner, setUp, tearDown } from './set-state.ts';

const refused = (reason: string) => ({ payload: { ok: false, reason }, functionError: undefined });

describe('a state of the subscription', () => {
  it.for([
    ['a subscription is active', 200, undefined, { payload: { ok: true }, functionError: undefined }],
    ['there is no subscription', 403, 'SUBSCRIPTION_NOT_FOUND', refused('SUBSCRIPTION_NOT_FOUND')],
    ['the subscription has ended', 403, 'SUBSCRIPTION_ENDED', refused('SUBSCRIPTION_ENDED')],
    ["the subscription's time is over", 403, 'SUBSCRIPTION_ENDED', refused('SUBSCRIPTION_ENDED')],
    ['the partner does not recognise the caller', 403, 'CALLER_NOT_RECOGNISED', refused('CALLER_NOT_RECOGNISED')],
    ['the subscription does not cover the product', 403, 'PRODUCT_NOT_SUBSCRIBED', refused('PRODUCT_NOT_SUBSCRIBED')],
    [
      'the partner function fails',
      502,
      'PARTNER_UNAVAILABLE',
      { payload: { errorType: 'TokenFunctionError' }, functionError: 'Unhandled' },
    ],
    [
      'the partner answers with something that is no token',
      502,
      'PARTNER_ANSWER_INVALID',
      { payload: { hello: 'world' }, functionError: undefined },
    ],
  ] as const)('"%s" is what /init and an Invoke of the partner see, until its teardown', async ([state, status, code, invoked]) => {
    await using airlock = await startAirlock();
    const { functionArn = '' } = await setUp(airlock, state);
    expect(functionArn).toMatch(/^arn%3Aaws%3Alambda%3A[^:/]+%3As-[a-z0-9]+$/);
    const answer = await callInit(airlock);
    expect([answer.status, answer.json.error?.code]).toEqual([status, code]);
    expect(await invokePartner(airlock, functionArn, 'customer-admin')).toMatchObject(invoked);
    await tearDown(airlock, state);
    expect((await callInit(airlock)).status).toBe(200);
  });

  it.for([
    ["the subscriber's alias has been deleted", 'ResourceNotFoundException', 404],
    ["the subscriber's permission has been withdrawn", 'AccessDeniedException', 403],
  ] as const)('"%s" is refused by Lambda with %s', async ([state, name, status]) => {
    await using airlock = await startAirlock();
    const { functionArn = '' } = await setUp(airlock, state);
    const invocation = invokePartner(airlock, functionArn, 'customer-admin');
    await expect(invocation).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    const answer = await callInit(airlock);
    expect([answer.status, answer.json.error?.code]).toEqual([403, 'SUBSCRIPTION_NOT_FOUND']);
    await tearDown(airlock, state);
    expect((await invokePartner(airlock, functionArn, 'customer-admin')).payload.ok).toBe(true);
  });

  it('that proves no subscriber is a call of the function itself, by its own account', async () => {
    await using airlock = await startAirlock();
    const values = await setUp(airlock, "the call does not come through a subscriber's alias");
    expect(values.signAs).toBe('partner-admin');
    const invoked = await invokePartner(airlock, values.functionArn ?? '', 'partner-admin');
    expect(invoked.payload).toEqual({ ok: false, reason: 'CALLER_NOT_RECOGNISED' });
    await tearDown(airlock, "the call does not come through a subscriber's alias");
    expect((await callInit(airlock)).status).toBe(200);
  });

  it('is put back when Airlock closes: objects that are kept do not keep it', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'airlock-states-'));
    const options = { dataDir: directory.path };
    {
      await using airlock = await startAirlock(options);
      // Not "there is no subscription": a record that is missing comes back at every start.
      await setUp(airlock, 'the subscription has ended');
    }
    await using again = await startAirlock(options);
    expect((await callInit(again)).status).toBe(200);
  });

  it('is the same where the objects are in another S3', async () => {
    await using s3 = await openS3({ fixedKey: { accessKeyId: 'test', secretAccessKey: 'test' }, authorizeKey: () => null });
    {
      await using airlock = await startAirlock({ s3: s3.url });
      await setUp(airlock, 'the subscription has ended');
      expect((await callInit(airlock)).json.error?.code).toBe('SUBSCRIPTION_ENDED');
      await setUp(airlock, 'there is no subscription');
      expect((await callInit(airlock)).json.error?.code).toBe('SUBSCRIPTION_NOT_FOUND');
      const { token = '' } = await setUp(airlock, 'results cannot be stored');
      expect((await callRequest(airlock, oneRecord, { token })).json.error?.code).toBe('RESULT_NOT_STORED');
      await setUp(airlock, 'the subscription has ended');
    }
    await using again = await startAirlock({ s3: s3.url });
    expect((await callInit(again)).status).toBe(200);
  });

  it('replaces the state before it, without a teardown between them', async () => {
    await using airlock = await startAirlock();
    await setUp(airlock, 'there is no subscription');
    const { functionArn = '' } = await setUp(airlock, 'the partner function fails');
    expect((await invokePartner(airlock, functionArn, 'customer-admin')).functionError).toBe('Unhandled');
    await setUp(airlock, 'the application holds a valid token');
    expect((await callInit(airlock)).status).toBe(200);
  });
});
