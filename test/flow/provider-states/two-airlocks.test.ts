import { describe, expect, it } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { callInit } from '../application.ts';
import { healthOf, postState, setUp } from './set-state.ts';

describe('two Airlocks in one process', () => {
  it('have states of their own: what one is told does not reach the other', async () => {
    await using one = await startAirlock();
    await using other = await startAirlock();
    const states = ['the subscription has ended', "the subscriber's alias has been deleted", 'the partner function fails'] as const;
    for (const state of states) {
      await setUp(one, state);
      expect([state, (await callInit(one)).status === 200, (await callInit(other)).status]).toEqual([state, false, 200]);
    }
    await setUp(one, 'the model is not running');
    expect(await healthOf(one)).toBe('degraded');
    expect(await healthOf(other)).toBe('ok');
    // And putting the other one's plain situation back is not putting this one's back.
    expect((await postState(other, { state: '' })).status).toBe(200);
    expect(await healthOf(one)).toBe('degraded');
  });
});
