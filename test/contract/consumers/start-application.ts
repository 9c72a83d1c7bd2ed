// The customer's application as the contract tests have it: the shipped client, one attempt a call, at a fixed time.
import { createIdentityClient, type IdentityClient } from '../../../contracts/client/identity-client.ts';
import { exampleExpiry, exampleToken } from './customer-api-expectations.ts';

interface Application {
  /** Of the mock server; in front of the API there would be the stage. */
  readonly apiUrl: string;
  readonly productCode?: string;
  /** Held already: then /init is not called, so that a test of /request is one interaction. */
  readonly token?: string | null;
}

export function startApplication({ apiUrl, productCode = 'airlock-identity', token = null }: Application): IdentityClient {
  const answerInit: typeof fetch = async (input, init) =>
    String(input).endsWith('/init')
      ? Response.json({ token: token ?? exampleToken, tokenType: 'Bearer', expiresAt: exampleExpiry })
      : fetch(input, init);
  return createIdentityClient({
    apiUrl,
    productCode,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' },
    attemptsMax: 1,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    ...(token !== null && { fetch: answerInit }),
  });
}
