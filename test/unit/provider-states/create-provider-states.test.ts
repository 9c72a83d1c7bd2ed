import { describe, expect, it } from 'vitest';
import { providerStates } from '../../../contracts/provider-states.ts';
import { createLog } from '../../../emulator/log.ts';
import { createProviderStates } from '../../../emulator/provider-states/create-provider-states.ts';
import type { StateSetter, StateSetters } from '../../../emulator/provider-states/state-setter.ts';
import { createActiveStates } from '../../../emulator/stand-in/active-states.ts';

/** Every state notes its beginning and its end, and takes a turn of the event loop for it. */
function statesThatNote(own: Partial<StateSetters> = {}) {
  const notes: string[] = [];
  const note =
    (name: string): StateSetter =>
    async ({ undo }) => {
      notes.push(`+${name}`);
      undo.defer(() => void notes.push(`-${name}`));
      await new Promise(setImmediate);
      return {};
    };
  const setters = { ...Object.fromEntries(Object.keys(providerStates).map((name) => [name, note(name)])), ...own } as StateSetters;
  const activeStates = createActiveStates();
  const standInStates = new Set(['it is Monday', 'the moon is full']);
  const states = createProviderStates({ setters, activeStates, standInStates, log: createLog('silent') });
  const change = (action: 'setup' | 'teardown') => (state: string) => states.set({ state, params: {}, action });
  return { notes, activeStates, states, setUp: change('setup'), tearDown: change('teardown') };
}

describe('provider states', () => {
  it('are set one at a time, each from the plain situation, also where changes come at once', async () => {
    const { notes, activeStates, setUp } = statesThatNote();
    await Promise.all([setUp('the model fails'), setUp('the token has expired')]);
    expect(notes).toEqual(['+the model fails', '-the model fails', '+the token has expired']);
    expect([...activeStates.names]).toEqual(['the token has expired']);
  });

  it('are put back by a teardown, by no state, and at the end, once', async () => {
    const { notes, activeStates, states, setUp, tearDown } = statesThatNote();
    await setUp('the model fails');
    await tearDown('the model fails');
    await setUp('the model fails');
    await setUp('');
    await states.close();
    expect(notes).toEqual(['+the model fails', '-the model fails', '+the model fails', '-the model fails']);
    expect([...activeStates.names]).toEqual([]);
  });

  it('leave nothing behind where one cannot be set', async () => {
    const failing: StateSetter = ({ undo }) => {
      undo.defer(() => void notes.push('put back'));
      throw new Error('no');
    };
    const { notes, activeStates, setUp } = statesThatNote({ 'the model fails': failing });
    await expect(setUp('the model fails')).rejects.toThrow('no');
    expect(notes).toEqual(['put back']);
    expect([...activeStates.names]).toEqual([]);
    await setUp('the token has expired');
    expect([...activeStates.names]).toEqual(['the token has expired']);
  });

  it("of a stand-in's contract hold together, and beside one of ours", async () => {
    const { activeStates, setUp, tearDown } = statesThatNote();
    await setUp('it is Monday');
    await setUp('the model fails');
    await setUp('the moon is full');
    expect([...activeStates.names].sort()).toEqual(['it is Monday', 'the model fails', 'the moon is full']);
    await tearDown('it is Monday');
    expect([...activeStates.names].sort()).toEqual(['the model fails', 'the moon is full']);
    await expect(setUp('the moon is ful')).rejects.toMatchObject({ code: 'UNKNOWN_STATE', message: /"the moon is full"/ });
  });

  it('are kept to be put back where that failed, tried again at every change and at the end, and no change is made over them', async () => {
    let isAway = true;
    const damaging: StateSetter = ({ undo }) => {
      undo.defer(() => void notes.push('the other half'));
      undo.defer(() => {
        if (isAway) throw new Error('S3 is away');
        notes.push('put back');
      });
      return {};
    };
    const { notes, activeStates, states, setUp, tearDown } = statesThatNote({ 'the model fails': damaging });
    await setUp('the model fails');
    const refused = { name: 'ProviderStateRefused', code: 'STATE_NOT_SET', message: expect.stringContaining('S3 is away') };
    await expect(tearDown('the model fails')).rejects.toMatchObject(refused);
    // What could be put back has been, once.
    expect(notes).toEqual(['the other half']);
    expect([...activeStates.names]).toEqual([]);
    for (const state of ['', 'the token has expired', 'it is Monday']) await expect(setUp(state)).rejects.toMatchObject(refused);
    expect([...activeStates.names]).toEqual([]);
    isAway = false;
    await setUp('the token has expired');
    expect(notes).toEqual(['the other half', 'put back', '+the token has expired']);
    isAway = true;
    await setUp('the model fails');
    await expect(setUp('')).rejects.toMatchObject(refused);
    isAway = false;
    await states.close();
    expect(notes.slice(3)).toEqual(['-the token has expired', 'the other half', 'put back']);
  });

  it("are put back by no state, those of a stand-in's contract, too", async () => {
    const { activeStates, setUp } = statesThatNote();
    await setUp('it is Monday');
    await setUp('the model fails');
    await setUp('');
    expect([...activeStates.names]).toEqual([]);
  });

  it('are not set any more once closing has begun, and what is under way is given up', async () => {
    const waiting: StateSetter = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    const { states, setUp } = statesThatNote({ 'the model fails': waiting });
    const changes = [setUp('the model fails'), setUp('the token has expired')];
    await new Promise(setImmediate);
    await states.close();
    const settled = await Promise.allSettled([...changes, setUp('the token has expired')]);
    for (const one of settled) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'STATE_NOT_SET' } });
  });
});
