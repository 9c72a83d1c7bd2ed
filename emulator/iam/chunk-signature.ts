// The signatures inside an aws-chunked body, each built on the one before.
import type { KeyObject } from 'node:crypto';
import { type CredentialScope, emptySha256, scopeText, sha256Hex, signText } from './signing-key.ts';

/** What the signed head of a request hands to its body. */
export interface SignatureSeed {
  readonly signingKey: KeyObject;
  readonly scope: CredentialScope;
  /** e.g. 20130524T000000Z */
  readonly timestamp: string;
  /** Hex: the request's own signature, "previous" of the first chunk. */
  readonly signature: string;
}

/** Hex signature of one chunk's data, given its hex SHA-256. */
export function chunkSignature(seed: SignatureSeed, previousSignature: string, chunkSha256: string): string {
  const lines = ['AWS4-HMAC-SHA256-PAYLOAD', seed.timestamp, scopeText(seed.scope), previousSignature, emptySha256, chunkSha256];
  return signText(seed.signingKey, lines.join('\n'));
}

/** Hex signature of the trailers, given as `name:value` lines. */
export function trailerSignature(seed: SignatureSeed, previousSignature: string, trailers: readonly string[]): string {
  const trailersSha256 = sha256Hex(trailers.map((trailer) => `${trailer}\n`).join(''));
  const lines = ['AWS4-HMAC-SHA256-TRAILER', seed.timestamp, scopeText(seed.scope), previousSignature, trailersSha256];
  return signText(seed.signingKey, lines.join('\n'));
}
