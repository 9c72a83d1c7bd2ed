import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { packageFile } from '../../../emulator/package-files.ts';
import { callInit } from '../application.ts';
import { postState, setUp } from './set-state.ts';

describe('POST /provider-states', () => {
  it('answers 404 for a state it does not know, naming the nearest one', async () => {
    await using airlock = await startAirlock();
    const near = await postState(airlock, { state: 'the subscription has endet', params: {}, action: 'setup' });
    expect([near.status, near.json.error.code]).toEqual([404, 'UNKNOWN_STATE']);
    expect(near.json.error.message).toContain('Did you mean "the subscription has ended"?');
    for (const action of ['setup', 'teardown']) {
      const far = await postState(airlock, { state: 'it rains', params: {}, action });
      expect([far.status, far.json.error.code]).toEqual([404, 'UNKNOWN_STATE']);
    }
    expect((await postState(airlock, { state: 'toString' })).status).toBe(404);
  });

  it.for([
    ['no JSON', '{'],
    ['no state', { params: {}, action: 'setup' }],
    ['a state that is no text', { state: 1 }],
    ['an action it does not know', { state: 'the model fails', action: 'reset' }],
    ['params that are a list', { state: 'the model fails', params: [] }],
  ] as const)('answers 400 to %s', async ([, body]) => {
    await using airlock = await startAirlock();
    expect((await postState(airlock, body)).status).toBe(400);
    expect((await callInit(airlock)).status).toBe(200);
  });

  it('takes parameters of some kilobytes, and refuses what is larger than 64', async () => {
    await using airlock = await startAirlock();
    const withBody = (length: number) => ({ state: 'the model fails', params: { body: 'x'.repeat(length) } });
    expect((await postState(airlock, withBody(60_000))).status).toBe(200);
    expect((await postState(airlock, withBody(66_000))).status).toBe(413);
  });

  it('is for this machine only: a foreign Host and a foreign page are refused', async () => {
    await using airlock = await startAirlock();
    const body = JSON.stringify({ state: 'the subscription has ended' });
    expect(await statusWithHost(airlock, 'evil.example', body)).toBe(403);
    expect((await postState(airlock, body, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await callInit(airlock)).status).toBe(200);
  });

  it('makes changes one after the other: of two at once the last is what holds', async () => {
    await using airlock = await startAirlock();
    const states = ['there is no subscription', 'the subscription has ended', 'the subscription does not cover the product'] as const;
    const answers = await Promise.all(states.map((state) => setUp(airlock, state)));
    expect(answers.every(({ functionArn }) => functionArn !== undefined)).toBe(true);
    // Which one came last is the network's affair; it holds alone, and the record before all of them is what comes back.
    expect((await callInit(airlock)).status).toBe(403);
    expect((await postState(airlock, { state: states[0], action: 'teardown' })).status).toBe(200);
    expect((await callInit(airlock)).status).toBe(200);
  });

  it('answers 409 with the reason where the templates have no partner', async () => {
    await using airlock = await startAirlock({
      template: [packageFile('infra/customer.yaml')],
      parameter: {
        PartnerAccountId: '111111111111',
        PartnerAliasId: 's-k3v9x2m7q4ta',
        PartnerJwks: '{"keys":[{},{}]}',
        TokenIssuer: 'https://partner.example',
        ProductCode: 'airlock-identity',
        ModelPackageArn: 'arn:aws:sagemaker:us-east-1:111111111111:model-package/people/1',
      },
    });
    for (const state of ['the subscription has ended', 'the partner function fails', 'the token has expired', 'the model fails']) {
      const { status, json } = await postState(airlock, { state, params: {}, action: 'setup' });
      expect([state, status, json.error?.code]).toEqual([state, 409, 'STATE_NOT_SET']);
      expect(json.error.message).toMatch(/^The templates have no/);
    }
  });
});

/** fetch sets Host itself. */
function statusWithHost(airlock: Airlock, host: string, body: string): Promise<number | undefined> {
  const headers = { host, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request(`${airlock.controlUrl}/provider-states`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject);
    call.end(body);
  });
}
