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

  it.each([
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: 604_800_001 }],
    ['timeoutMs', { timeoutMs: '10' }],
    ['onProgress', { onProgress: 'log' }],
    ['is onProgress meant', { onprogress: () => {} }],
    ['the options are signal, timeoutMs, onProgress', { idempotencyKey: 'a' }],
  ])('of a wait that are wrong are refused before anything is sent (%s): %j', async (text, options) => {
    const { client, send } = clientForTest();
    await expect(client.waitForRequest('r-1', options as never)).rejects.toThrow(text);
    expect(send).not.toHaveBeenCalled();
  });

  it.each(['', '../init', 'a/b', 'r?x', 'r%2f', 'a'.repeat(129), null, 7])('hold an id, and %j is none', async (id) => {
    const { client, send } = clientForTest();
    await expect(client.getRequest(id as never)).rejects.toThrow('requestId must be the id');
    await expect(client.waitForRequest(id as never)).rejects.toThrow('requestId must be the id');
    expect(send).not.toHaveBeenCalled();
  });

  it.each([null, 'text', {}, { inputLocation: '' }, { inputLocation: 7 }, { inputLocation: 's3://b/inputs/1', records: [] }])(
    'come with a location, and %j is none',
    async (input) => {
      const { client, send } = clientForTest();
      await expect(client.submitRequest(input as never)).rejects.toThrow('the input must be { inputLocation }');
      expect(send).not.toHaveBeenCalled();
    },
  );

  it('may be null, and so may the signal', async () => {
    const { client, send } = clientForTest();
    await client.request({ records: [] }, null);
    await client.request({ records: [] }, { signal: null });
    await client.init(null);
    await client.init({ signal: null });
    expect(send).toHaveBeenCalledTimes(5);
  });
});
