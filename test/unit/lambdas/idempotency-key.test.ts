import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Objects } from '../../../lambdas/request/objects.ts';
import { deployment, modelError, now, otherBody } from './request-deployment.ts';

const hashOf = (key: string) => createHash('sha256').update(`222222222222\n${key}`).digest('hex');

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('an Idempotency-Key', () => {
  it('gives the same answer again, the request id included, and asks the model once', async () => {
    const { keyed, invoked } = deployment();
    const first = await keyed('order-1');
    const second = await keyed('order-1');
    expect(first.statusCode).toBe(200);
    expect(first.json.result.key).toBe(`results/${hashOf('order-1')}`);
    expect(second.json).toEqual(first.json);
    expect(invoked.length).toBe(1);
  });

  it('is written down before the model is asked, and holds no payload', async () => {
    const world = deployment();
    let claimAtInvocation = '';
    world.model = async () => {
      claimAtInvocation = String(world.objects.stored.get(`claims/${hashOf('order-1')}.json`)?.body);
    };
    await world.keyed('order-1');
    expect(JSON.parse(claimAtInvocation)).toEqual({
      state: 'held',
      requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      requestId: 'gateway-1',
      invocationId: 'invocation-1',
      claimedAt: '2026-11-22T12:00:00.000Z',
      leaseEndsAt: '2026-11-22T12:00:38.000Z',
    });
  });

  it('is refused with another body or type once the result is there', async () => {
    const { keyed, call, invoked } = deployment();
    await keyed('order-1');
    const other = await keyed('order-1', { body: otherBody });
    const type = await call({ body: 'id\n1\n', headers: { 'content-type': 'text/csv', 'idempotency-key': 'order-1' } });
    expect([other.statusCode, other.json.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect([type.statusCode, type.json.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(invoked.length).toBe(1);
  });

  it('is refused with another body while its holder works, and after its holder failed', async () => {
    const world = deployment();
    let fail: (error: Error) => void = () => {};
    world.model = () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    const holder = world.keyed('order-1');
    await vi.waitFor(() => expect(world.invoked.length).toBe(1));
    expect((await world.keyed('order-1', { body: otherBody })).json.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
    fail(modelError(500));
    expect((await holder).statusCode).toBe(502);
    expect((await world.keyed('order-1', { body: otherBody })).json.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(world.invoked.length).toBe(1);
  });

  it('lets twenty calls at the same moment ask the model once, and all get the same result', async () => {
    const world = deployment();
    // Not before all the others have met the claim.
    const met = () => world.objects.operations.filter((operation) => operation === 'read claims').length;
    world.model = async () => {
      while (met() < 19) await new Promise((resolve) => setImmediate(resolve));
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.keyed('order-1')));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    expect(world.invoked.length).toBe(1);
  });

  it('keeps keys apart', async () => {
    const { keyed, invoked } = deployment();
    const keys = await Promise.all(['a', 'b', 'c'].map(async (key) => (await keyed(key)).json.result.key));
    expect(new Set(keys).size).toBe(3);
    expect(invoked.length).toBe(3);
  });

  it('is in progress while its holder works for longer than the other can wait', async () => {
    const world = deployment();
    let finish: () => void = () => {};
    world.model = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const holder = world.keyed('order-1');
    await vi.waitFor(() => expect(world.invoked.length).toBe(1));
    const waiting = await world.keyed('order-1', {}, 5_000);
    expect([waiting.statusCode, waiting.json.error.code, waiting.headers?.['Retry-After']]).toEqual([409, 'REQUEST_IN_PROGRESS', '1']);
    finish();
    expect((await holder).statusCode).toBe(200);
    expect(world.invoked.length).toBe(1);
  });

  it.each([2_999, 3_400, 3_777, 4_123, 5_000])(
    'is never looked up with too little time for an answer, with %i ms left',
    async (remainingMs) => {
      const world = deployment();
      world.model = () => new Promise(() => {});
      void world.keyed('order-1');
      await vi.waitFor(() => expect(world.invoked.length).toBe(1));
      const given: number[] = [];
      const objects: Objects = world.objects;
      const read = objects.read.bind(objects);
      objects.read = (key, timeoutMs) => {
        given.push(timeoutMs);
        return read(key, timeoutMs);
      };
      expect((await world.keyed('order-1', {}, remainingMs)).json.error.code).toBe('REQUEST_IN_PROGRESS');
      expect(given.length).toBeGreaterThan(2);
      expect(Math.min(...given)).toBeGreaterThanOrEqual(300);
    },
  );

  it.each([
    ['the model rejects the records', 400, 422],
    ['the model fails', 500, 502],
    ['the model gives no answer', 0, 504],
  ])('is free at once after %s', async (_name, originalStatus, status) => {
    const world = deployment();
    world.model = () => Promise.reject(modelError(originalStatus));
    expect((await world.keyed('order-1')).statusCode).toBe(status);
    world.model = async () => {};
    const again = await world.keyed('order-1');
    expect([again.statusCode, world.invoked.length]).toEqual([200, 2]);
    expect(world.now).toBe(now);
  });

  it('is free at once after the result could not be stored', async () => {
    const world = deployment();
    world.objects.fault = (_operation, key) => (key.startsWith('results/') ? 'fails' : null);
    expect((await world.keyed('order-1')).json.error.code).toBe('RESULT_NOT_STORED');
    world.objects.fault = () => null;
    expect((await world.keyed('order-1')).statusCode).toBe(200);
  });

  it('whose holder vanished is taken over when the lease has ended, not before', async () => {
    const world = deployment();
    world.model = () => new Promise(() => {});
    void world.keyed('order-1');
    await vi.waitFor(() => expect(world.invoked.length).toBe(1));
    world.model = async () => {};
    world.now = now + 37_999 - 5_000;
    expect((await world.keyed('order-1', {}, 5_000)).json.error.code).toBe('REQUEST_IN_PROGRESS');
    world.now = now + 38_001;
    expect((await world.keyed('order-1')).statusCode).toBe(200);
    expect(world.invoked.length).toBe(2);
  });

  it('whose release failed too is taken over when the lease has ended', async () => {
    const world = deployment();
    world.model = () => Promise.reject(modelError(500));
    world.objects.fault = (operation) => (operation === 'replace' ? 'fails' : null);
    expect((await world.keyed('order-1')).statusCode).toBe(502);
    world.objects.fault = () => null;
    world.model = async () => {};
    world.now = now + 38_001;
    expect((await world.keyed('order-1')).statusCode).toBe(200);
  });

  it('is taken over by one of many', async () => {
    const world = deployment();
    world.model = () => Promise.reject(modelError(500));
    await world.keyed('order-1');
    world.model = async () => {};
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.keyed('order-1')));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(200);
    expect(world.invoked.length).toBe(2);
  });

  it('knows its own claim when the answer to its first write was lost', async () => {
    const world = deployment();
    let lost = 1;
    world.objects.fault = (operation, key) => (operation === 'putNew' && key.startsWith('claims/') && lost-- > 0 ? 'lost-answer' : null);
    const answer = await world.keyed('order-1');
    expect([answer.statusCode, world.invoked.length, world.now]).toEqual([200, 1, now]);
  });

  it.each(['putNew', 'replace'] as const)('is free at once after every answer to the %s of its claim was lost', async (operation) => {
    const world = deployment();
    if (operation === 'replace') {
      world.model = () => Promise.reject(modelError(500));
      await world.keyed('order-1');
      world.model = async () => {};
      world.invoked.length = 0;
    }
    let lost = 1;
    world.objects.fault = (each, key) => (each === operation && key.startsWith('claims/') && lost-- > 0 ? 'lost-answers' : null);
    const first = await world.keyed('order-1');
    expect([first.statusCode, first.json.error.code, world.invoked.length]).toEqual([503, 'RESULT_NOT_STORED', 0]);
    const again = await world.keyed('order-1');
    expect([again.statusCode, world.invoked.length, world.now]).toEqual([200, 1, now]);
  });

  it("leaves another call's claim alone when its own could not be written", async () => {
    const world = deployment();
    let finish: () => void = () => {};
    world.model = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const holder = world.keyed('order-1');
    await vi.waitFor(() => expect(world.invoked.length).toBe(1));
    world.objects.fault = (operation) => (operation === 'putNew' ? 'fails' : null);
    expect((await world.keyed('order-1')).json.error.code).toBe('RESULT_NOT_STORED');
    expect(JSON.parse(String(world.objects.stored.get(`claims/${hashOf('order-1')}.json`)?.body))).toMatchObject({
      state: 'held',
      invocationId: 'invocation-1',
    });
    world.objects.fault = () => null;
    finish();
    expect((await holder).statusCode).toBe(200);
  });

  it('waits for its holder also where the function has three seconds in all', async () => {
    const world = deployment();
    let finish: () => void = () => {};
    world.model = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const holder = world.keyed('order-1', {}, 3_000);
    await vi.waitFor(() => expect(world.invoked.length).toBe(1));
    world.objects.fault = () => {
      if (world.now - now > 200) finish();
      return null;
    };
    const waiting = world.keyed('order-1', {}, 1_400);
    expect([(await holder).statusCode, (await waiting).statusCode]).toEqual([200, 200]);
    expect(world.invoked.length).toBe(1);
  });

  it('whose claim has expired in the bucket gets the stored result, not a second one', async () => {
    const world = deployment();
    const first = await world.keyed('order-1');
    world.objects.stored.delete(`claims/${hashOf('order-1')}.json`);
    expect((await world.keyed('order-1')).json).toEqual(first.json);
    world.objects.stored.delete(`claims/${hashOf('order-1')}.json`);
    expect((await world.keyed('order-1', { body: otherBody })).json.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('that cannot be written down asks nothing of the model', async () => {
    const world = deployment();
    world.objects.fault = () => 'fails';
    expect((await world.keyed('order-1')).json.error.code).toBe('RESULT_NOT_STORED');
    expect(world.invoked.length).toBe(0);
  });
});
