// Requests of a contract on their way to AWS or to what stands for it: signed anew with SigV4, for the contract holds no signature of use.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ProviderAnswer, ProviderRequest } from '../../../contracts/verification/provider.ts';
import { sendOverHttp } from '../../../contracts/verification/send-http.ts';
import type { Credentials } from '../../iam/principal.ts';

export interface SignedSenderOptions {
  /** The request's path is appended to its path. */
  readonly baseUrl: string;
  /** As in the credential scope: lambda, execute-api. */
  readonly service: string;
  readonly region: string;
}

export interface SignedSender {
  /** `credentials` null: the request goes without a signature. */
  signed(request: ProviderRequest, credentials: Credentials | null): Promise<ProviderAnswer>;
  /** With the headers that it has. */
  asItIs(request: ProviderRequest): Promise<ProviderAnswer>;
}

/** What a signature leaves in a request; the contract's own was made for another host at another time. */
const ofSignature = new Set(['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256']);

export function createSignedSender({ baseUrl, service, region }: SignedSenderOptions): SignedSender {
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/+$/, '');
  const send = sendOverHttp(base.origin);
  const signed: SignedSender['signed'] = async (request, credentials) => {
    const path = `${basePath}${request.path}`;
    const unsigned = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !ofSignature.has(name)));
    if (credentials === null) return send({ ...request, path, headers: unsigned });
    const mark = path.indexOf('?');
    const signature = new SignatureV4({ service, region, credentials, sha256: Sha256 });
    const { headers } = await signature.sign({
      method: request.method,
      protocol: base.protocol,
      hostname: base.hostname,
      path: mark < 0 ? path : path.slice(0, mark),
      query: mark < 0 ? {} : queryBag(path.slice(mark + 1)),
      headers: { ...unsigned, host: base.host },
      body: request.body,
    });
    return send({ ...request, path, headers });
  };
  return { signed, asItIs: (request) => send({ ...request, path: `${basePath}${request.path}` }) };
}

function queryBag(query: string): Record<string, string[]> {
  const bag: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) bag[name] = [...(bag[name] ?? []), value];
  return bag;
}
