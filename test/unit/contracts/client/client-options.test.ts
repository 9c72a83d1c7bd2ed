import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type IdentityClientOptions, resolveClientOptions } from '../../../../contracts/client/client-options.ts';
import { createIdentityClient } from '../../../../contracts/client/identity-client.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLECANARY', secretAccessKey: 'secret-canary', sessionToken: 'session-canary' };
const good: IdentityClientOptions = { apiUrl: 'https://abc123.execute-api.eu-west-1.amazonaws.com/v1', productCode: 'p', credentials };

describe("the client's options", () => {
  it.each([
    ['https://abc123.execute-api.eu-west-1.amazonaws.com/v1', 'eu-west-1'],
    ['https://abc123.execute-api.cn-north-1.amazonaws.com.cn/v1', 'cn-north-1'],
    ['https://abc123-vpce-0a.execute-api.us-gov-west-1.amazonaws.com/v1', 'us-gov-west-1'],
    ['https://vpce-0a-b.execute-api.ap-south-1.vpce.amazonaws.com/v1', 'ap-south-1'],
    ['https://identity.example.com/v1', 'us-east-1'],
    ['http://127.0.0.1:3000/v1', 'us-east-1'],
  ])('%s is signed for %s', (apiUrl, region) => {
    expect(resolveClientOptions({ ...good, apiUrl }).region).toBe(region);
    expect(resolveClientOptions({ ...good, apiUrl, region: 'eu-north-1' }).region).toBe('eu-north-1');
  });

  it.each(['https://h.example/v1', 'https://h.example/v1/', 'https://h.example/v1//'])('of %s call /v1/init and /v1/request', (apiUrl) => {
    const { urls } = resolveClientOptions({ ...good, apiUrl });
    expect([urls.init.href, urls.request.href]).toEqual(['https://h.example/v1/init', 'https://h.example/v1/request']);
  });

  it('let a token travel in clear text to this machine only, unless that is asked for', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', 'api.localhost']) {
      expect(() => createIdentityClient({ ...good, apiUrl: `http://${host}:3000/v1` })).not.toThrow();
    }
    for (const host of ['identity.example.com', '127.0.0.1.example.com', '10.0.0.1', 'localhost.example.com']) {
      expect(() => createIdentityClient({ ...good, apiUrl: `http://${host}/v1` }), host).toThrow(/must be https/);
    }
    expect(() => createIdentityClient({ ...good, apiUrl: 'http://airlock:3000/v1', allowPlainHttp: true })).not.toThrow();
  });

  it.each([
    ['apiUrl', { apiUrl: '' }],
    ['apiUrl', { apiUrl: 'ftp://h.example/v1' }],
    ['apiUrl', { apiUrl: 'https://user:canary@h.example/v1' }],
    ['apiUrl', { apiUrl: 'https://h.example/v1?key=canary' }],
    ['productCode', { productCode: '' }],
    ['apiUrl', { apiUrl: 'https://h.example/v1?' }],
    ['apiUrl', { apiUrl: 'https://h.example/v1#' }],
    ['apiUrl', { apiUrl: undefined as never }],
    ['allowPlainHttp', { allowPlainHttp: 'no' as never }],
    ['allowPlainHttp', { allowPlainHttp: null as never }],
    ['credentials', { credentials: null as never }],
    ['credentials', { credentials: {} as never }],
    ['credentials', { credentials: { accessKeyId: 'AKIACANARY' } as never }],
    ['credentials', { credentials: { ...credentials, sessionToken: 7 as never } }],
    ['region', { region: 42 as never }],
    ['fetch', { fetch: 'fetch' as never }],
    ['now', { now: 7 as never }],
    ['baseUrl', { baseUrl: 'https://canary.example' }],
    ['region', { region: 'eu west' }],
    ['attemptsMax', { attemptsMax: 0 }],
    ['attemptsMax', { attemptsMax: 1.5 }],
    ['timeoutMs', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['renewBeforeMs', { renewBeforeMs: -1 }],
  ])('are refused by name where %s is wrong: %j', (name, wrong) => {
    expect(() => createIdentityClient({ ...good, ...wrong })).toThrow(new RegExp(`^${name}`));
    expect(() => createIdentityClient({ ...good, ...wrong })).not.toThrow(/canary/);
  });

  it('that are not known are refused with a hint', () => {
    expect(() => createIdentityClient({ ...good, attemptsmax: 1 } as IdentityClientOptions)).toThrow('is attemptsMax meant?');
    expect(() => createIdentityClient({ ...good, retries: 1 } as IdentityClientOptions)).toThrow(/the options are apiUrl, .*, random$/);
    for (const none of [undefined, null, 'https://h.example/v1']) {
      expect(() => createIdentityClient(none as never)).toThrow('the options must be an object');
    }
  });

  it.each([null, '', undefined])('hold no session where the sessionToken is %j', async (sessionToken) => {
    const sent: (string | null)[] = [];
    const client = createIdentityClient({
      ...good,
      credentials: { ...credentials, sessionToken },
      fetch: async (_input, init) => {
        sent.push(new Headers(init?.headers).get('x-amz-security-token'));
        return Response.json({ token: 'a', tokenType: 'Bearer', expiresAt: '2099-01-01T00:00:00Z' });
      },
    });
    await client.init();
    expect(sent).toEqual([null]);
  });

  it('do not show in the client', () => {
    const client = createIdentityClient(good);
    expect(inspect(client, { depth: null, showHidden: true }) + JSON.stringify(client)).not.toMatch(/canary/i);
  });

  it.each([
    { ...credentials, secretAccessKey: 'secret-canary\r\nx: 1' },
    { ...credentials, sessionToken: 'session-canary\n' },
    {},
    undefined,
  ])('fail the call, and show nothing, where the credentials cannot be used: %#', async (wrong) => {
    let calls = 0;
    const client = createIdentityClient({
      ...good,
      credentials: async () => wrong as never,
      fetch: async () => {
        calls += 1;
        return new Response();
      },
    });
    const error = await client.init().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).not.toMatch(/canary/);
    expect(calls).toBe(0);
  });
});
