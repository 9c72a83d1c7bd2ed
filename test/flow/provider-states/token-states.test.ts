import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callInit, callRequest, oneRecord } from '../application.ts';
import { setUp, tearDown } from './set-state.ts';

describe('a state of the token', () => {
  it.for([
    ['the application holds a valid token', 200],
    ['the token has expired', 401],
    ['the token has expired since it was accepted', 401],
    ['the token was issued to another account', 403],
    ['the token is for another product', 401],
    ['the token was signed with an unknown key', 401],
  ] as const)('"%s" gives one that /request answers with %i', async ([state, status]) => {
    await using airlock = await startAirlock();
    const { token = '' } = await setUp(airlock, state);
    const answer = await callRequest(airlock, oneRecord, { token });
    expect(answer.status, answer.text).toBe(status);
    const again = await setUp(airlock, state);
    expect(again.token).not.toBe(token);
    await tearDown(airlock, state);
    expect((await callRequest(airlock, oneRecord)).status).toBe(200);
  });

  it('that has expired since it was accepted is told by the function, in its own words', async () => {
    await using airlock = await startAirlock();
    const { token = '' } = await setUp(airlock, 'the token has expired since it was accepted');
    const { json, text } = await callRequest(airlock, oneRecord, { token });
    expect(json.error?.code, text).toBe('TOKEN_EXPIRED');
  });

  it('names whose credentials sign where it is about the signature', async () => {
    await using airlock = await startAirlock();
    expect(await setUp(airlock, 'the call is not signed')).toEqual({ signAs: 'nobody' });
    const unsigned = await fetch(`${airlock.apiUrl}/init`, { method: 'POST', body: '{"productCode":"airlock-identity"}' });
    expect(unsigned.status).toBe(403);
    const values = await setUp(airlock, 'the caller may not call the API');
    expect(values).toEqual({ signAs: 'stranger' });
    expect((await callInit(airlock, undefined, 'stranger')).status).toBe(403);
    await tearDown(airlock, 'the caller may not call the API');
    expect((await callInit(airlock)).status).toBe(200);
  });
});
