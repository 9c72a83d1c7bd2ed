// The application's side of AWS_IAM: signs one HTTP request with SigV4 as an SDK would.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../iam/principal.ts';

/** POSTs JSON to an API behind AWS_IAM. */
export async function postSigned(
  url: string,
  body: unknown,
  signer: { readonly credentials: Credentials; readonly region: string },
): Promise<Response> {
  const target = new URL(url);
  const text = JSON.stringify(body);
  const signature = new SignatureV4({ service: 'execute-api', region: signer.region, credentials: signer.credentials, sha256: Sha256 });
  const { headers } = await signature.sign({
    method: 'POST',
    protocol: target.protocol,
    hostname: target.hostname,
    port: Number(target.port),
    path: target.pathname,
    query: {},
    headers: { host: target.host, 'content-type': 'application/json' },
    body: text,
  });
  return fetch(url, { method: 'POST', headers, body: text });
}
