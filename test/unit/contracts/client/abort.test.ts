import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIdentityClient } from '../../../../contracts/client/identity-client.ts';

const records = [{ id: '1' }];
const issued = { token: 'aaaa.bbbb.cccc', tokenType: 'Bearer', expiresAt: '2099-01-01T00:00:00Z' };

/** A fetch that never answers this path: neither, as no network could, when it is told to stop. */
const deafAt = (path: string) =>
  (async (input) => {
    if (String(input).endsWith(path)) return new Promise<Response>(() => {});
    return Response.json(String(input).endsWith('/init') ? issued : {}, { status: String(input).endsWith('/init') ? 200 : 503 });
  }) satisfies typeof fetch;

const clientWith = (fetch: typeof globalThis.fetch, attemptsMax: number, credentials?: () => Promise<never>) =>
  createIdentityClient({
    apiUrl: 'https://identity.example.com/v1',
    productCode: 'p',
    credentials: credentials ?? { accessKeyId: 'a', secretAccessKey: 'b' },
    fetch,
    attemptsMax,
  });

describe('an abort', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['while the token is fetched', clientWith(deafAt('/init'), 1)],
    ['while the answer is waited for', clientWith(deafAt('/request'), 1)],
    ['in the pause before a repetition', clientWith(deafAt('/nowhere'), 3)],
    ['while the credentials are fetched', clientWith(deafAt('/nowhere'), 1, () => new Promise<never>(() => {}))],
  ])("%s rejects with the signal's reason and leaves no timer", async (_name, client) => {
    const controller = new AbortController();
    const call = client.request({ records }, { signal: controller.signal });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    const reason = { why: 'enough' };
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('before the call sends nothing', async () => {
    const send = vi.fn();
    const client = clientWith(send, 3);
    await expect(client.request({ records }, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    await expect(client.init({ signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(send).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
