// Signs what goes to the external S3, with the key that LocalStack takes. Nothing of the caller's own signature goes on.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../clock.ts';

/** LocalStack's own convention: the account 000000000000 for whoever says `test`. */
const externalCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

export interface UnsignedRequest {
  readonly method: string;
  /** Encoded, as on the wire. */
  readonly path: string;
  /** Not encoded. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Resolves to all headers that the request is sent with. */
export type RequestSigner = (request: UnsignedRequest) => Promise<Record<string, string>>;

export function createRequestSigner({ host, region, clock }: { host: string; region: string; clock: Clock }): RequestSigner {
  const signature = new SignatureV4({
    service: 's3',
    region,
    credentials: externalCredentials,
    sha256: Sha256,
    // S3 alone has its paths encoded once.
    uriEscapePath: false,
    applyChecksum: false,
  });
  return async ({ method, path, query, headers }) => {
    const unsigned = {
      method,
      path,
      query: { ...query },
      protocol: 'http:',
      hostname: host,
      // The body was verified when it came in, and goes on with its checksum in a header: no second hash.
      headers: { ...headers, host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    return (await signature.sign(unsigned, { signingDate: new Date(clock.now()) })).headers;
  };
}
