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

  const conflicting = (conflicts: number) => {
    const objects = new MemoryObjects();
    let left = conflicts;
    objects.fault = (operation) => {
      if (operation === 'read' || left === 0) return null;
      left -= 1;
      return 'loses';
    };
    return objects;
  };

  it('is written again where S3 was busy with another write of which nothing came', async () => {
    const created = await createState(conflicting(1), state, 1_000);
    expect(created).not.toBeNull();
    const objects = conflicting(0);
    const etag = (await createState(objects, state, 1_000))?.etag ?? '';
    objects.fault = conflicting(2).fault;
    expect((await replaceState(objects, { state: { ...state, recordsDone: 1 }, etag }, 1_000))?.state.recordsDone).toBe(1);
    expect((await readState(objects, state.requestId, 1_000))?.state.recordsDone).toBe(1);
  });

  it('says that it could not be written, and not that another has, where S3 stays busy', async () => {
    await expect(createState(conflicting(99), state, 1_000)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
    const begun = performance.now();
    await expect(createState(conflicting(99), state, 30)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
    expect(performance.now() - begun).toBeLessThan(50);
  });

  it('of an earlier version, without what was added since, is read', () => {
    const { assembly, ...earlier } = state;
    expect(parseState(JSON.stringify(earlier))).toEqual({ ...earlier, assembly });
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
