// Verifies SigV4 on a raw request: who signed it, and is every byte as signed. Used by the AWS endpoint and by API Gateway's AWS_IAM routes.
import { canonicalRequest, headerLines, splitTarget } from './canonical-request.ts';
import type { SignatureSeed } from './chunk-signature.ts';
import type { CredentialStore, IssuedCredentials } from './credential-store.ts';
import { readSignatureClaim, type SignatureClaim } from './signature-claim.ts';
import type { SignatureProblem } from './signature-problem.ts';
import { emptySha256, sameSecret, sameSignature, scopeText, sha256Hex, signingKey, signText } from './signing-key.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as on the wire. */
  readonly rawUrl: string;
  /** Node's flat list of names and values. */
  readonly rawHeaders: readonly string[];
  /** Hex SHA-256 of the whole body. Absent or null: no body, or S3, whose body is verified while it streams. */
  readonly bodySha256?: string | null;
  /** The signing name the receiver answers to, e.g. lambda, execute-api. */
  readonly service: string;
  readonly region: string;
  readonly nowMs: number;
  readonly maxSkewMs: number;
  readonly credentials: Pick<CredentialStore, 'find'>;
}

export interface VerifiedSignature extends SignatureSeed {
  readonly ok: true;
  readonly principal: IssuedCredentials['principal'];
  readonly accessKeyId: string;
  readonly via: 'header' | 'query';
  readonly timestampMs: number;
  /** What the body must hash to, or one of S3's words such as UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
}

/** S3's words for bodies that are not hashed as a whole. */
const payloadWords = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
] as const;

/** Never rejects. The order of checks is S3's as far as known [G]. */
export async function verifySignature(
  request: SignedRequest,
): Promise<VerifiedSignature | { readonly ok: false; readonly problem: SignatureProblem }> {
  const { rawPath, rawQuery } = splitTarget(request.rawUrl);
  const headers = headerLines(request.rawHeaders);
  const claim = readSignatureClaim({ headers, rawQuery, service: request.service });
  if ('problem' in claim) return refuse(claim.problem);

  const scopeOrTime = scopeProblem(claim, request) ?? timeProblem(claim, request);
  if (scopeOrTime) return refuse(scopeOrTime);

  const issued = request.credentials.find(claim.accessKeyId);
  if (!issued) return refuse({ kind: 'unknownKey', accessKeyId: claim.accessKeyId });
  const tokenOrDate = tokenProblem(claim, issued) ?? dateProblem(claim);
  if (tokenOrDate) return refuse(tokenOrDate);

  const isS3 = request.service === 's3';
  const payload = isS3 ? s3PayloadHash(claim) : (claim.contentSha256 ?? request.bodySha256 ?? emptySha256);
  if (typeof payload !== 'string') return refuse(payload);
  const headersProblem = signedHeadersProblem(claim, headers.keys());
  if (headersProblem) return refuse(headersProblem);

  const canonical = canonicalRequest({
    method: request.method,
    rawPath,
    rawQuery,
    headers,
    signedHeaders: claim.signedHeaders,
    payloadHash: payload,
    pathRule: isS3 ? 'asSent' : 'normalised',
    ...(claim.via === 'query' && { signatureParameter: 'X-Amz-Signature' }),
  });
  const stringToSign = `AWS4-HMAC-SHA256\n${claim.timestamp}\n${scopeText(claim.scope)}\n${sha256Hex(canonical)}`;
  const key = signingKey(issued.credentials, claim.scope);
  if (!sameSignature(signText(key, stringToSign), claim.signature)) {
    const { accessKeyId, signature } = claim;
    return refuse({ kind: 'mismatch', accessKeyId, signatureProvided: signature, canonicalRequest: canonical, stringToSign });
  }
  const computed = request.bodySha256 ?? emptySha256;
  if (!isS3 && payload !== computed) return refuse({ kind: 'hashMismatch', claimed: payload, computed });
  return {
    ok: true,
    principal: issued.principal,
    accessKeyId: claim.accessKeyId,
    via: claim.via,
    scope: claim.scope,
    timestamp: claim.timestamp,
    timestampMs: claim.timestampMs,
    signature: claim.signature,
    signingKey: key,
    payloadHash: payload,
  };
}

function refuse(problem: SignatureProblem): { readonly ok: false; readonly problem: SignatureProblem } {
  return { ok: false, problem };
}

function scopeProblem({ via, scope, terminal, timestamp }: SignatureClaim, request: SignedRequest): SignatureProblem | null {
  const checks = [
    { field: 'terminal', given: terminal, expected: 'aws4_request' },
    { field: 'service', given: scope.service, expected: request.service },
    { field: 'region', given: scope.region, expected: request.region },
  ] as const;
  const wrong = checks.find(({ given, expected }) => given !== expected);
  return wrong ? { kind: 'badScope', via, timestamp, ...wrong } : null;
}

function timeProblem({ timestamp, timestampMs, expiresSeconds }: SignatureClaim, request: SignedRequest): SignatureProblem | null {
  const { nowMs: serverMs, maxSkewMs } = request;
  if (expiresSeconds === null) {
    if (timestampMs < serverMs - maxSkewMs) return { kind: 'tooOld', timestamp, serverMs, maxSkewMs };
    return timestampMs > serverMs + maxSkewMs ? { kind: 'tooNew', timestamp, serverMs, maxSkewMs } : null;
  }
  if (timestampMs > serverMs + maxSkewMs) return { kind: 'presignedNotYet', timestamp, expiresSeconds, serverMs };
  const expiresAtMs = timestampMs + expiresSeconds * 1_000;
  return serverMs > expiresAtMs ? { kind: 'presignedExpired', timestamp, expiresSeconds, expiresAtMs, serverMs } : null;
}

function tokenProblem({ accessKeyId, securityToken }: SignatureClaim, { credentials }: IssuedCredentials): SignatureProblem | null {
  const expected = credentials.sessionToken;
  const same = expected === undefined ? securityToken === null : securityToken !== null && sameSecret(expected, securityToken);
  return same ? null : { kind: 'badToken', accessKeyId, tokenGiven: securityToken !== null };
}

function dateProblem({ via, scope, timestamp }: SignatureClaim): SignatureProblem | null {
  const expected = timestamp.slice(0, 8);
  return scope.date === expected ? null : { kind: 'badScope', via, field: 'date', given: scope.date, expected, timestamp };
}

function s3PayloadHash({ via, contentSha256 }: SignatureClaim): string | SignatureProblem {
  if (contentSha256 === null) return via === 'query' ? 'UNSIGNED-PAYLOAD' : { kind: 'missingContentSha256' };
  const known = /^[0-9a-f]{64}$/.test(contentSha256) || payloadWords.some((word) => word === contentSha256);
  return known ? contentSha256 : { kind: 'badContentSha256', value: contentSha256 };
}

/** `host` and every x-amz-* header must be signed. Source: IAM user guide, "Elements of an AWS API request signature"; S3's text [V]. */
function signedHeadersProblem({ signedHeaders }: SignatureClaim, names: Iterable<string>): SignatureProblem | null {
  if (!signedHeaders.includes('host')) return { kind: 'hostNotSigned' };
  const unsigned = [...names].filter((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  return unsigned.length > 0 ? { kind: 'unsignedHeaders', names: unsigned } : null;
}
