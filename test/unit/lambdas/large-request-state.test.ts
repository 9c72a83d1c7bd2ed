import { describe, expect, it } from 'vitest';
import { stateKey } from '../../../lambdas/large-request/request-state.ts';
import { createState, parseState, readState, replaceState } from '../../../lambdas/large-request/stored-state.ts';
import { MemoryObjects } from './memory-objects.ts';
import { workerDeployment } from './worker-deployment.ts';

const state = workerDeployment({ input: '{}\n' }).readState();

describe('the state of a large request', () => {
  it('is created once and replaced only over the version that was read', async () => {
    const objects = new MemoryObjects();
    expect(await readState(objects, state.requestId, 1_000)).toBeNull();
    const created = await createState(objects, state, 1_000);
    expect(created).not.toBeNull();
    expect(await createState(objects, { ...state, subject: 'other' }, 1_000)).toBeNull();
    expect(await readState(objects, state.requestId, 1_000)).toEqual(created);
    const etag = created?.etag ?? '';
    const replaced = await replaceState(objects, { state: { ...state, recordsDone: 1 }, etag }, 1_000);
    expect(replaced?.state.recordsDone).toBe(1);
    expect(await replaceState(objects, { state: { ...state, recordsDone: 2 }, etag }, 1_000)).toBeNull();
    expect((await readState(objects, state.requestId, 1_000))?.state.recordsDone).toBe(1);
  });

  it('counts as written where only the answer of the write got lost', async () => {
    const objects = new MemoryObjects();
    objects.fault = (operation) => (operation === 'read' ? null : 'lost-answer');
    const created = await createState(objects, state, 1_000);
    expect(created).not.toBeNull();
    const replaced = await replaceState(objects, { state: { ...state, recordsDone: 1 }, etag: created?.etag ?? '' }, 1_000);
    expect(replaced?.etag).toBe(objects.stored.get(stateKey(state.requestId))?.etag);
  });

  it('is refused where it is something else', () => {
    const { holder, ...withoutHolder } = state;
    expect(holder).toBeNull();
    for (const wrong of [
      null,
      [],
      {},
      withoutHolder,
      { ...state, progress: 'DONE' },
      { ...state, parts: {} },
      { ...state, recordsDone: 0.5 },
    ]) {
      expect(() => parseState(JSON.stringify(wrong))).toThrow(TypeError);
    }
    expect(parseState(JSON.stringify(state))).toEqual(state);
  });
});
