// POST /init with the application's own AWS credentials: the method is behind AWS_IAM.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { type AwsCredentials, checkCredentials } from './aws-credentials.ts';
import type { PreparedCall } from './exchange.ts';

export interface SigningOptions {
  readonly region: string;
  /** Asked before every call, so that credentials that end can be exchanged for new ones. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @throws TypeError where the credentials are none; and whatever the credentials' function throws */
export async function signInit(
  { region, credentials, now }: SigningOptions,
  { url, productCode }: { readonly url: URL; readonly productCode: string },
): Promise<PreparedCall> {
  const given = typeof credentials === 'function' ? await credentials() : credentials;
  const body = JSON.stringify({ productCode });
  const signer = new SignatureV4({ service: 'execute-api', region, credentials: checkCredentials(given), sha256: Sha256 });
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      query: {},
      headers: { host: url.host, 'content-type': 'application/json', accept: 'application/json' },
      body,
    },
    { signingDate: new Date(now()) },
  );
  // fetch writes the same Host by itself, from the URL.
  const { host: _host, ...headers } = signed.headers;
  return { url: url.href, headers, body };
}
