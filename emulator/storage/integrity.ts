// What the client says about its body (Content-MD5, x-amz-checksum-*, length), and whether the body that came agrees.
import { isAwsChunked } from '../aws/aws-chunked.ts';
import { type ChecksumAlgorithm, checksumAlgorithmOfHeader, isChecksumValue } from '../aws/checksum.ts';
import type { AwsFault } from '../aws/fault.ts';
import { faults } from './faults.ts';

export interface DeclaredIntegrity {
  readonly md5Base64: string | null;
  /** `value` is null for a trailing checksum: the endpoint has compared that one before the body ends. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string | null } | null;
  /** Bytes of the body itself, without aws-chunked framing; null when only the end of the body tells. */
  readonly sizeBytes: number | null;
}

export interface ReceivedBody {
  readonly sizeBytes: number;
  readonly md5: Buffer;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** Headers with this prefix that carry no value of a body. */
const notValues = new Set(['x-amz-checksum-mode', 'x-amz-checksum-algorithm', 'x-amz-checksum-type']);

export function declaredIntegrity(headers: ReadonlyMap<string, string>): DeclaredIntegrity | AwsFault {
  const md5Base64 = headers.get('content-md5') ?? null;
  if (md5Base64 !== null && !isMd5(md5Base64)) return faults.invalidDigest(md5Base64);
  const given = [...headers].filter(([name]) => name.startsWith('x-amz-checksum-') && !notValues.has(name));
  const trailers = (headers.get('x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const named = [...given.map(([name, value]) => ({ name, value })), ...trailers.map((name) => ({ name, value: null }))];
  if (named.length > 1) {
    return faults.invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const [only] = named;
  const sizeBytes = declaredSize(headers);
  if (!only) return { md5Base64, checksum: null, sizeBytes };
  const algorithm = checksumAlgorithmOfHeader(only.name);
  // S3 has further algorithms by now (MD5, SHA512, XXHASH…): not emulated, and never taken for verified.
  if (!algorithm) return faults.headerNotImplemented(only.name);
  if (only.value !== null && !isChecksumValue(algorithm, only.value)) {
    return faults.invalidRequest(`Value for ${only.name} header is invalid.`);
  }
  return { md5Base64, checksum: { algorithm, value: only.value }, sizeBytes };
}

/** Null when everything that was declared is true. */
export function integrityFault(declared: DeclaredIntegrity, received: ReceivedBody): AwsFault | null {
  if (declared.sizeBytes !== null && declared.sizeBytes !== received.sizeBytes) return faults.incompleteBody();
  const md5Base64 = received.md5.toString('base64');
  if (declared.md5Base64 !== null && declared.md5Base64 !== md5Base64) return faults.badContentMd5(declared.md5Base64, md5Base64);
  const { checksum } = declared;
  return checksum && checksum.value !== null && checksum.value !== received.checksum.value ? faults.badChecksum(checksum.algorithm) : null;
}

/** Of an aws-chunked body x-amz-decoded-content-length counts; Content-Length, if there is one, is that of the framing. */
function declaredSize(headers: ReadonlyMap<string, string>): number | null {
  const value = headers.get('x-amz-decoded-content-length') ?? (isAwsChunked(headers) ? undefined : headers.get('content-length'));
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

function isMd5(base64: string): boolean {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 16 && bytes.toString('base64') === base64;
}
