// Signs with the SDK's own signer, so that the verifier is never compared with itself.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../../emulator/iam/principal.ts';

export interface Unsigned {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly service: string;
  readonly region?: string;
  readonly credentials: Credentials;
  readonly date?: Date;
  /** Presigns for so many seconds instead of signing the header. */
  readonly expiresIn?: number;
}

export interface Signed {
  readonly method: string;
  /** Path and query as they go on the wire. */
  readonly target: string;
  readonly headers: Record<string, string>;
}

export async function signRequest(unsigned: Unsigned): Promise<Signed> {
  const {
    method = 'GET',
    path,
    query = {},
    headers = {},
    body,
    service,
    region = 'us-east-1',
    credentials,
    date = new Date(),
    expiresIn,
  } = unsigned;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== 's3' });
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query: { ...query },
    headers: {
      host: '127.0.0.1',
      ...(expiresIn !== undefined && service === 's3' && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
      ...headers,
    },
    body,
  };
  const signed =
    expiresIn === undefined
      ? await signer.sign(request, { signingDate: date })
      : await signer.presign(request, {
          signingDate: date,
          expiresIn,
          ...(service === 's3' && { unsignableHeaders: new Set(['x-amz-content-sha256']) }),
        });
  const pairs = Object.entries(signed.query ?? {}).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
  return { method, target: pairs.length > 0 ? `${path}?${pairs.join('&')}` : path, headers: { ...signed.headers } };
}

/** Node's flat list of names and values. */
export function rawHeadersOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flat();
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
