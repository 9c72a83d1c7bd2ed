import { fileURLToPath } from 'node:url';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { walkJourney } from '../../../emulator/commands/journey.ts';
import { callInit, callRequest, countSpans, getToken } from '../application.ts';
import { modelInteractions, tokenInteractions, type WrittenContracts, writeContracts } from './sample-contracts.ts';

const known = JSON.stringify({ records: [{ id: 'c-0077', email: 'noor.sample@example.org' }] });

async function startStandIns({ model, partner }: WrittenContracts): Promise<Airlock> {
  return startAirlock({ model, partner });
}

async function storedObject(airlock: Airlock, { bucket, key }: { bucket: string; key: string }): Promise<string> {
  const s3 = new S3Client({ endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials['customer-app'] });
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } finally {
    s3.destroy();
  }
}

describe.each([3, 4] as const)('with a stand-in on both sides, from contracts of specification %i,', (specification) => {
  it('the journey holds in all twelve steps', async () => {
    await using airlock = await startStandIns(await writeContracts(specification));
    const { steps, result } = await walkJourney(airlock, () => {});
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(steps).toHaveLength(12);
    expect(result).toMatchObject({ bucket: airlock.resultsBucket, records: 1 });
  });

  it('the token is one that the authorizer takes, for this account and product and until the time that was answered', async () => {
    await using airlock = await startStandIns(await writeContracts(specification));
    const before = Date.now();
    const { status, json, text } = await callInit(airlock);
    expect(status, text).toBe(200);
    const claims = decodeJwt(json.token);
    expect(claims).toMatchObject({ sub: '222222222222', aud: 'airlock-identity', exp: Date.parse(json.expiresAt) / 1_000 });
    expect(Date.parse(json.expiresAt) - before).toBeGreaterThan(9 * 60_000);
    expect(Date.parse(json.expiresAt) - Date.now()).toBeLessThanOrEqual(10 * 60_000);
    expect((await callRequest(airlock, known, { token: json.token })).status).toBe(200);
  });

  it("the result holds the contract's answer, and the same request gets the same bytes", async () => {
    await using airlock = await startStandIns(await writeContracts(specification));
    const token = await getToken(airlock);
    const answers = await Promise.all(Array.from({ length: 8 }, () => callRequest(airlock, known, { token })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const stored = await Promise.all(answers.map(({ json }) => storedObject(airlock, json.result)));
    expect(new Set(stored).size).toBe(1);
    expect(JSON.parse(stored[0] ?? '')).toMatchObject({ results: [{ id: 'c-0001', score: 0.75, identityId: expect.any(String) }] });
  });
});

describe("with a stand-in on both sides, from this package's own contracts,", () => {
  it('the journey holds in all twelve steps', async () => {
    const contracts = fileURLToPath(new URL('../../../contracts/pacts/', import.meta.url));
    const model = `pact:${contracts}request-function-model-container.json`;
    await using airlock = await startAirlock({ model, partner: `pact:${contracts}customer-init-partner-token.json` });
    const { steps, result } = await walkJourney(airlock, () => {});
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(result).toMatchObject({ records: 3 });
  });

  it('records that are not in them are answered, but none that no model would take', async () => {
    const model = fileURLToPath(new URL('../../../contracts/pacts/request-function-model-container.json', import.meta.url));
    await using airlock = await startAirlock({ model: `pact:${model}` });
    const token = await getToken(airlock);
    const statusOf = async (contentType: string, body: string) => (await callRequest(airlock, body, { token, contentType })).status;
    expect(await statusOf('application/json', known)).toBe(200);
    expect(await statusOf('application/json', '{"records":[{"x":null},{"y":[1,{"z":"two\\nlines"}]},{}]}')).toBe(200);
    expect(await statusOf('application/jsonlines', '{"id":7}\n{"email":"noor.sample@example.org"}')).toBe(200);
    expect(await statusOf('text/csv', 'phone,"id"\n+4930123456,"a, b"\n')).toBe(200);
    expect(await statusOf('text/csv', 'id,country\r\nc-0001,DE\r\n')).toBe(422);
  });
});

describe('a stand-in', () => {
  it('is named where Airlock says what runs, and never counts as sealed', async () => {
    const contracts = await writeContracts(4);
    await using airlock = await startStandIns(contracts);
    const [model] = airlock.models.values();
    expect(airlock.sealed).toBe(false);
    expect(model).toMatchObject({ sealed: false, state: 'inService' });
    expect(model?.description).toContain('stand-in from contract model.json, 3 interactions');
    expect(airlock.partner).toBe('stand-in from contract token.json, 3 interactions, in place of airlock-partner-token');
    const health = (await (await fetch(`${airlock.controlUrl}/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({
      status: 'ok',
      sealed: false,
      partner: { standIn: 'token.json' },
      endpoints: [{ standIn: 'model.json' }],
    });
  });

  it("works on one side alone, beside the other side's own code", async () => {
    const { model, partner } = await writeContracts(4);
    await using withModel = await startAirlock({ model });
    expect((await callRequest(withModel, known)).status).toBe(200);
    expect(withModel.partner).toBe('template');
    await using withPartner = await startAirlock({ partner });
    expect((await callRequest(withPartner, known)).status).toBe(200);
  });

  it('of a contract without /ping counts as in service', async () => {
    const contracts = await writeContracts(4, { model: modelInteractions.filter(({ request }) => request.path !== '/ping') });
    await using airlock = await startStandIns(contracts);
    expect(await (await fetch(`${airlock.controlUrl}/health`)).json()).toMatchObject({ status: 'ok' });
    expect((await callRequest(airlock, known)).status).toBe(200);
  });

  it('does not start where /ping is answered something else than 200', async () => {
    const failing = { description: 'a health check', request: { method: 'GET', path: '/ping' }, response: { status: 503 } };
    const contracts = await writeContracts(4, { model: [failing, ...modelInteractions.slice(1)] });
    await expect(startStandIns(contracts)).rejects.toMatchObject({ code: 'MODEL_NOT_READY', message: expect.stringContaining('503') });
  });

  it("answers for the templates' function, whichever ARN its contract has", async () => {
    const exact = tokenInteractions.map(({ request: { pathRules: _, ...request }, ...one }) => ({ ...one, request }));
    await using airlock = await startStandIns(await writeContracts(4, { token: exact }));
    expect((await callInit(airlock)).status).toBe(200);
  });

  it('keeps the example of a token that the contract fixes', async () => {
    const fixed = tokenInteractions.map((one) => ({ ...one, response: { ...one.response, rules: {} } }));
    await using airlock = await startStandIns(await writeContracts(4, { token: fixed }));
    const { status, json } = await callInit(airlock);
    expect(status).toBe(502);
    expect(json.error.code).toBe('PARTNER_ANSWER_INVALID');
  });

  it('answers by the states that are set', async () => {
    await using airlock = await startStandIns(await writeContracts(4));
    const change = (state: string, action: 'setup' | 'teardown') =>
      fetch(`${airlock.controlUrl}/provider-states`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ state, action, params: {} }),
      });
    expect((await change('the subscription has ended', 'setup')).status).toBe(200);
    const ended = await callInit(airlock);
    expect(ended.status, ended.text).toBe(403);
    expect(ended.json.error.code).toBe('SUBSCRIPTION_ENDED');
    expect((await change('the subscription has ended', 'teardown')).status).toBe(200);
    expect((await callInit(airlock)).status).toBe(200);
    expect((await change('the partner function fails', 'setup')).status).toBe(200);
    expect((await callInit(airlock)).json.error.code).toBe('PARTNER_UNAVAILABLE');
    expect((await change('the partner function fails', 'teardown')).status).toBe(200);
  });

  it('shares nothing with a second Airlock that has another contract', async () => {
    const contracts = await writeContracts(4);
    await using first = await startStandIns(contracts);
    await using second = await startAirlock();
    const token = await getToken(first);
    expect((await callRequest(second, known, { token })).status).toBe(401);
    expect(countSpans(second, 'aws.sagemaker')).toBe(0);
  });
});
