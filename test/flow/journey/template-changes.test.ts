import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callInit, callRequest, countSpans, getToken, oneRecord } from '../application.ts';
import { editedTemplates } from '../edited-template.ts';

describe('a change in the template', () => {
  it("that takes s3:PutObject from the request function's role makes the call fail, with no detail for the caller", async () => {
    await using airlock = await startAirlock({ template: editedTemplates('customer', /s3:PutObject(?=\s)/, 's3:PutObjectAcl') });
    const answer = await callRequest(airlock, oneRecord);
    expect(answer.status, answer.text).toBe(503);
    expect(answer.json).toEqual({ error: { code: 'RESULT_NOT_STORED', message: expect.any(String), requestId: expect.any(String) } });
    expect(answer.text).not.toMatch(/AccessDenied|arn:|s3:|bucket/i);
    expect(countSpans(airlock, 'aws.s3', (fields) => fields.errorCode === 'AccessDenied' && fields.status === 403)).toBeGreaterThan(0);
  });

  it('that takes the authorizer off /request opens the local API too', async () => {
    const guarded = async (template?: ReturnType<typeof editedTemplates>) => {
      await using airlock = await startAirlock(template ? { template } : {});
      return (await callRequest(airlock, oneRecord, { token: null })).status === 401;
    };
    expect(await guarded()).toBe(true);
    expect(await guarded(editedTemplates('customer', /security:\s*\n\s*- partnerToken: \[\]/, 'security: []'))).toBe(false);
  });

  it.each([3, 5])('that gives the request function %i s leaves it enough time to answer', async (timeoutSeconds) => {
    await using airlock = await startAirlock({ template: editedTemplates('customer', 'Timeout: 28', `Timeout: ${timeoutSeconds}`) });
    const token = await getToken(airlock);
    for (const headers of [{}, { 'Idempotency-Key': 'order-1' }]) {
      const answer = await callRequest(airlock, oneRecord, { token, headers });
      expect(answer.status, answer.text).toBe(200);
    }
  });

  it.each([
    [
      'takes the permission to ask the partner away',
      'Action: lambda:InvokeFunction\n                Resource',
      'Action: lambda:GetFunction\n                Resource',
    ],
    [
      'denies it',
      'Effect: Allow\n                Action: lambda:InvokeFunction',
      'Effect: Deny\n                Action: lambda:InvokeFunction',
    ],
  ])("that %s in init's role is not taken for an ended subscription", async (_name, from, to) => {
    await using airlock = await startAirlock({ template: editedTemplates('customer', from, to) });
    const answer = await callInit(airlock);
    expect([answer.status, answer.json.error.code], answer.text).toEqual([502, 'PARTNER_UNAVAILABLE']);
    expect(answer.text).not.toMatch(/AccessDenied|arn:|policy/i);
  });

  it("that takes the subscriber's permission away at the partner ends the subscription", async () => {
    const template = editedTemplates('partner', 'Principal: !Ref SubscriberAccountId', 'Principal: "999999999999"');
    await using airlock = await startAirlock({ template });
    const answer = await callInit(airlock);
    expect([answer.status, answer.json.error.code], answer.text).toEqual([403, 'SUBSCRIPTION_NOT_FOUND']);
  });

  it('that removes the isolation flag runs the model unsealed and says so', async () => {
    await using airlock = await startAirlock({
      template: editedTemplates('customer', 'EnableNetworkIsolation: true', 'EnableNetworkIsolation: false'),
    });
    expect(airlock.sealed).toBe(false);
    expect([...airlock.models.values()][0]?.description).toMatch(/EnableNetworkIsolation/);
  });

  it('that lowers the authorizer cache to 0 seconds makes every call ask the authorizer', async () => {
    await using airlock = await startAirlock({ parameter: { AuthorizerTtlSeconds: '0' } });
    const token = await getToken(airlock);
    for (let call = 0; call < 2; call++) expect((await callRequest(airlock, oneRecord, { token })).status).toBe(200);
    expect(countSpans(airlock, 'authorizer', (fields) => fields.cacheHit === false)).toBe(2);
  });
});
