import { describe, expect, it, vi } from 'vitest';
import { createIdentityClient } from '../../../../contracts/client/identity-client.ts';

const issued = { token: 'aaaa.bbbb.cccc', tokenType: 'Bearer', expiresAt: '2099-01-01T00:00:00Z' };
const result = { bucket: 'b', key: 'k', contentType: 'text/csv', bytes: 1, records: 1 };

function clientForTest() {
  const send = vi.fn<typeof fetch>(async (input) => Response.json(String(input).endsWith('/init') ? issued : { requestId: 'r', result }));
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return { send, client: createIdentityClient({ apiUrl: 'https://h.example/v1', productCode: 'p', credentials, fetch: send }) };
}

describe('the options of a call', () => {
  it.each([
    ['idempotencyKey', { idempotencyKey: null }],
    ['idempotencyKey', { idempotencyKey: 42 }],
    ['idempotencyKey', { idempotencyKey: ['a'] }],
    ['idempotencyKey', { idempotencyKey: '' }],
    ['idempotencyKey', { idempotencyKey: 'a b' }],
    ['signal', { signal: 'now' }],
    ['signal', { signal: { aborted: false } }],
    ['is idempotencyKey meant', { idempotency_key: 'order-1' }],
    ['is idempotencyKey meant', { IdempotencyKey: 'order-1' }],
    ['the options are signal, idempotencyKey', { timeout: 1 }],
    ['must be an object', 'order-1'],
  ])('that are wrong are refused before anything is sent (%s): %j', async (text, options) => {
    const { client, send } = clientForTest();
    const error = await client.request({ records: [] }, options as never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining(text) });
    expect(send).not.toHaveBeenCalled();
  });

  it('of /init hold no key', async () => {
    await expect(clientForTest().client.init({ idempotencyKey: 'a' } as never)).rejects.toThrow('the options are signal');
  });

  it('may be null, and so may the signal', async () => {
    const { client, send } = clientForTest();
    await client.request({ records: [] }, null);
    await client.request({ records: [] }, { signal: null });
    await client.init(null);
    await client.init({ signal: null });
    expect(send).toHaveBeenCalledTimes(5);
  });
});
