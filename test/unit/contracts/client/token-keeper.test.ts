import { describe, expect, it } from 'vitest';
import type { IdentityErrorCode } from '../../../../contracts/client/error-codes.ts';
import { IdentityApiError } from '../../../../contracts/client/identity-api-error.ts';
import { IdentityNetworkError } from '../../../../contracts/client/identity-network-error.ts';
import { createTokenKeeper } from '../../../../contracts/client/token-keeper.ts';

const never = new AbortController().signal;

/** A keeper whose clock stands still, and whose tokens t1, t2, … come when the test lets them. */
function keeperForTest({ lifetimeMs = 900_000, renewBeforeMs = 60_000 } = {}) {
  const clock = { nowMs: Date.UTC(2026, 10, 22, 12) };
  const fetches: { once: boolean; signal: AbortSignal; answer: () => void; fail: (error: unknown) => void }[] = [];
  const keeper = createTokenKeeper({
    now: () => clock.nowMs,
    renewBeforeMs,
    fetchToken: ({ once, signal }) =>
      new Promise((resolve, reject) => {
        const token = `t${fetches.length + 1}`;
        const answer = () => resolve({ token, tokenType: 'Bearer', expiresAt: new Date(clock.nowMs + lifetimeMs).toISOString() });
        fetches.push({ once, signal, answer, fail: reject });
      }),
  });
  return { clock, fetches, keeper };
}

async function holdingToken(options: Parameters<typeof keeperForTest>[0] = {}) {
  const all = keeperForTest(options);
  const first = all.keeper.take(never);
  all.fetches[0]?.answer();
  await first;
  return all;
}

const lost = () => new IdentityNetworkError('TIMED_OUT', 'POST /init');
const refusal = (code: IdentityErrorCode) =>
  new IdentityApiError(code, { status: 403, code, requestId: null, retryable: false, retryAfterMs: null });

/** Lets what was settled be seen by everyone who waits for it. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the kept token', () => {
  it('is fetched once for calls at the same time, and used until shortly before its end', async () => {
    const { clock, fetches, keeper } = keeperForTest();
    const calls = Array.from({ length: 20 }, () => keeper.take(never));
    fetches[0]?.answer();
    expect(new Set((await Promise.all(calls)).map(({ token }) => token))).toEqual(new Set(['t1']));
    clock.nowMs += 839_999;
    expect(await keeper.take(never)).toEqual({ token: 't1', isNew: false });
    expect(fetches.length).toBe(1);
  });

  it('that lives shorter than the time of renewal is used for half of its life, and not fetched for every call', async () => {
    const { clock, fetches, keeper } = await holdingToken({ lifetimeMs: 40_000 });
    clock.nowMs += 19_999;
    expect((await keeper.take(never)).token).toBe('t1');
    clock.nowMs += 1;
    void keeper.take(never);
    expect(fetches.length).toBe(2);
  });

  it('is replaced once when many calls were refused with it', async () => {
    const { fetches, keeper } = await holdingToken();
    const calls = Array.from({ length: 5 }, () => keeper.replace('t1', never));
    fetches[1]?.answer();
    expect(new Set((await Promise.all(calls)).map(({ token }) => token))).toEqual(new Set(['t2']));
    expect(await keeper.replace('t1', never)).toEqual({ token: 't2', isNew: false });
    expect(fetches.length).toBe(2);
  });
});

describe('a renewal', () => {
  it('runs once, with one attempt, while the kept token is given out at once', async () => {
    const { clock, fetches, keeper } = await holdingToken();
    clock.nowMs += 840_000;
    const taken = await Promise.all(Array.from({ length: 20 }, () => keeper.take(never)));
    expect(new Set(taken.map(({ token, isNew }) => `${token} ${isNew}`))).toEqual(new Set(['t1 false']));
    expect(fetches.map(({ once }) => once)).toEqual([false, true]);
    fetches[1]?.answer();
    await settle();
    expect(await keeper.take(never)).toEqual({ token: 't2', isNew: false });
    expect(fetches.length).toBe(2);
  });

  it.each([
    ['the network fails', lost()],
    ['the credentials cannot be had', new Error('no credentials')],
    ['the gateway refuses the credentials', refusal('FORBIDDEN')],
  ])('that fails because %s fails no call, and is tried again after a pause', async (_name, error) => {
    const { clock, fetches, keeper } = await holdingToken();
    clock.nowMs += 850_000;
    expect((await keeper.take(never)).token).toBe('t1');
    fetches[1]?.fail(error);
    await settle();
    expect((await keeper.take(never)).token).toBe('t1');
    expect(fetches.length).toBe(2);
    clock.nowMs += 1_000;
    expect((await keeper.take(never)).token).toBe('t1');
    expect(fetches.length).toBe(3);
  });

  it.each(['SUBSCRIPTION_NOT_FOUND', 'SUBSCRIPTION_ENDED', 'PRODUCT_NOT_SUBSCRIBED', 'CALLER_NOT_RECOGNISED'] as const)(
    'that the partner refuses with %s takes the kept token away',
    async (code) => {
      const { clock, fetches, keeper } = await holdingToken();
      clock.nowMs += 850_000;
      expect((await keeper.take(never)).token).toBe('t1');
      fetches[1]?.fail(refusal(code));
      await settle();
      const next = keeper.take(never);
      fetches[2]?.fail(refusal(code));
      await expect(next).rejects.toMatchObject({ code });
    },
  );

  it('that a call joins after the end of the token, and that then fails, leaves the call its own attempts', async () => {
    const { clock, fetches, keeper } = await holdingToken();
    clock.nowMs += 850_000;
    await keeper.take(never);
    clock.nowMs += 50_000;
    const late = [keeper.take(never), keeper.take(never)];
    expect(fetches.length).toBe(2);
    fetches[1]?.fail(lost());
    await settle();
    expect(fetches.map(({ once }) => once)).toEqual([false, true, false]);
    fetches[2]?.answer();
    expect(await Promise.all(late)).toEqual(Array(2).fill({ token: 't3', isNew: true }));
  });

  it("that a call joins after the end of the token gives it its token, or the partner's refusal", async () => {
    for (const refused of [false, true]) {
      const { clock, fetches, keeper } = await holdingToken();
      clock.nowMs += 850_000;
      await keeper.take(never);
      clock.nowMs += 50_000;
      const late = keeper.take(never);
      if (refused) fetches[1]?.fail(refusal('SUBSCRIPTION_ENDED'));
      else fetches[1]?.answer();
      if (refused) await expect(late).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
      else expect(await late).toEqual({ token: 't2', isNew: true });
      expect(fetches.length).toBe(2);
    }
  });

  it('goes on when the calls that started and joined it are aborted', async () => {
    const { clock, fetches, keeper } = await holdingToken();
    clock.nowMs += 850_000;
    const [starts, joins] = [new AbortController(), new AbortController()];
    await keeper.take(starts.signal);
    clock.nowMs += 50_000;
    const joined = keeper.take(joins.signal);
    starts.abort();
    joins.abort('enough');
    await expect(joined).rejects.toBe('enough');
    expect(fetches[1]?.signal.aborted).toBe(false);
    fetches[1]?.answer();
    await settle();
    expect(await keeper.take(never)).toEqual({ token: 't2', isNew: false });
    expect(fetches.length).toBe(2);
  });
});

describe('a fetch that several calls wait for', () => {
  it('outlives the abort of one of them, and ends with the last', async () => {
    const { fetches, keeper } = keeperForTest();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = keeper.take(one.signal);
    const second = keeper.take(other.signal);
    one.abort('first');
    await expect(first).rejects.toBe('first');
    expect(fetches[0]?.signal.aborted).toBe(false);
    other.abort('second');
    await expect(second).rejects.toBe('second');
    expect(fetches[0]?.signal.aborted).toBe(true);
    const next = keeper.take(never);
    fetches[1]?.answer();
    expect((await next).token).toBe('t2');
  });
});
