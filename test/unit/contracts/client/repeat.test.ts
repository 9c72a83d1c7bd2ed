import { describe, expect, it } from 'vitest';
import { IdentityNetworkError } from '../../../../contracts/client/identity-network-error.ts';
import { pauseMs, repeat, retryAfterMsMax } from '../../../../contracts/client/repeat.ts';
import { readRetryAfterMs } from '../../../../contracts/client/retry-after.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);

describe('Retry-After', () => {
  it.each([
    ['5', 5_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    [null, null],
    ['', null],
    ['soon', null],
    ['-1', null],
    ['1.5', null],
    ['99999999999999999999', null],
  ])('%j is %j ms', (value, ms) => {
    expect(readRetryAfterMs(value, nowMs)).toBe(ms);
  });
});

describe('the pause before a repetition', () => {
  it('doubles, is half a matter of chance, and has a limit', () => {
    expect([1, 2, 3, 4].map((attempts) => pauseMs(attempts, null, () => 0))).toEqual([100, 200, 400, 800]);
    expect(pauseMs(1, null, () => 0.999)).toBe(200);
    expect(pauseMs(30, null, () => 0.999)).toBeLessThanOrEqual(5_000);
  });

  it('comes on top of Retry-After, of which it honours no more than its limit', () => {
    expect(pauseMs(1, 5_000, () => 0)).toBe(5_100);
    expect(pauseMs(1, 3_600_000, () => 0)).toBe(retryAfterMsMax + 100);
  });
});

describe('repeating', () => {
  const failed = { ok: false, error: new IdentityNetworkError('NETWORK_FAILED', 'POST /init') } as const;
  const options = { attemptsMax: 3, random: () => 0 };

  it("gives the signal's reason when it is aborted in a pause, also where the pause ends in an error of its own", async () => {
    for (const ending of ['rejects', 'goes on']) {
      const controller = new AbortController();
      const wait = (_ms: number, signal: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          if (ending === 'rejects') signal.addEventListener('abort', () => reject(new Error('mine')), { once: true });
          queueMicrotask(() => controller.abort('enough'));
        });
      await expect(repeat({ ...options, wait }, async () => failed, controller.signal)).rejects.toBe('enough');
    }
  });

  it('does not repeat what was thrown', async () => {
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      throw new Error('no credentials');
    };
    await expect(repeat({ ...options, wait: async () => {} }, attempt, new AbortController().signal)).rejects.toThrow('no credentials');
    expect(attempts).toBe(1);
  });
});
