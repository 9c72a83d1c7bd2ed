import { describe, expect, it } from 'vitest';
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

describe('the kept token', () => {
  it('is fetched once for calls at the same time, and used until shortly before its end', async () => {
    const { clock, fetches, keeper } = keeperForTest();
    const calls = Array.from({ length: 20 }, () => keeper.take(never));
    fetches[0]?.answer();
    expect(new Set((await Promise.all(calls)).map(({ token }) => token))).toEqual(new Set(['t1']));
    clock.nowMs += 839_999;
    expect(await keeper.take(never)).toEqual({ token: 't1', isNew: false });
    expect(fetches.length).toBe(1);
    clock.nowMs += 1;
    const renewed = keeper.take(never);
    fetches[1]?.answer();
    expect(await renewed).toEqual({ token: 't2', isNew: true });
  });

  it('that lives shorter than the time of renewal is used for half of its life, and not fetched for every call', async () => {
    const { clock, fetches, keeper } = await holdingToken({ lifetimeMs: 40_000 });
    clock.nowMs += 19_999;
    expect((await keeper.take(never)).token).toBe('t1');
    clock.nowMs += 1;
    void keeper.take(never);
    expect(fetches.length).toBe(2);
  });

  it('is used on while it is good, when renewing it fails for a moment', async () => {
    const { clock, fetches, keeper } = await holdingToken();
    clock.nowMs += 850_000;
    const call = keeper.take(never);
    expect(fetches[1]?.once).toBe(true);
    fetches[1]?.fail(new IdentityNetworkError('TIMED_OUT', 'POST /init'));
    expect(await call).toEqual({ token: 't1', isNew: false });
    clock.nowMs += 50_000;
    const late = keeper.take(never);
    expect(fetches[2]?.once).toBe(false);
    fetches[2]?.fail(new IdentityNetworkError('TIMED_OUT', 'POST /init'));
    await expect(late).rejects.toBeInstanceOf(IdentityNetworkError);
  });

  it('is not used on when the partner refuses another', async () => {
    const { clock, fetches, keeper } = await holdingToken();
    clock.nowMs += 850_000;
    const call = keeper.take(never);
    fetches[1]?.fail(new Error('SUBSCRIPTION_ENDED'));
    await expect(call).rejects.toThrow('SUBSCRIPTION_ENDED');
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
