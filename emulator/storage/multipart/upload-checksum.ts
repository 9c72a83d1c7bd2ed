// The checksum of a multipart upload: which one its creator asked for, and how those of the parts make the object's.
import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, checksumAlgorithms, createChecksum } from '../../aws/checksum.ts';
import type { AwsFault } from '../../aws/fault.ts';
import { faults } from '../faults.ts';
import type { ObjectRecord } from '../object-file.ts';
import type { PartRecord, UploadRecord } from './upload-record.ts';

/** Over the checksums of the parts, or over all bytes. */
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** From x-amz-checksum-algorithm and x-amz-checksum-type of CreateMultipartUpload. */
export function uploadChecksumOf(headers: ReadonlyMap<string, string>): UploadRecord['checksum'] | AwsFault {
  const wanted = headers.get('x-amz-checksum-algorithm')?.toUpperCase();
  const type = headers.get('x-amz-checksum-type')?.toUpperCase();
  if (wanted === undefined) {
    return type === undefined
      ? null
      : faults.invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.'); // [M]
  }
  const algorithm = checksumAlgorithms.find((name) => name === wanted);
  // S3 has further algorithms by now: not emulated, and never taken for verified.
  if (!algorithm) return faults.headerNotImplemented('x-amz-checksum-algorithm');
  const chosen = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'); // [V]
  if (chosen !== 'FULL_OBJECT' && chosen !== 'COMPOSITE') return faults.invalidRequest('Value for x-amz-checksum-type header is invalid.'); // [I cloudserver]
  const isPossible = chosen === 'FULL_OBJECT' ? !algorithm.startsWith('SHA') : algorithm !== 'CRC64NVME';
  return isPossible
    ? { algorithm, type: chosen }
    : faults.invalidRequest(`The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`); // [V], text [I versitygw]
}

/** Base64 has no hyphen: only the composite form ends with `-N`. */
export function checksumTypeOf(value: string): ChecksumType {
  return /-\d+$/.test(value) ? 'COMPOSITE' : 'FULL_OBJECT';
}

/** MD5 over the binary ETags, `-N`. [M = V] The same under aws:kms, where a part's ETag is no MD5 of it. */
export function multipartEtag(etags: readonly string[]): string {
  const md5 = createHash('md5');
  for (const etag of etags) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${etags.length}`;
}

/** The algorithm over the raw checksums of the parts, `-N`. [M = V] */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly PartRecord[]): ObjectRecord['checksum'] {
  const checksum = createChecksum(algorithm);
  for (const part of parts) checksum.update(Buffer.from(part.checksum?.value ?? '', 'base64'));
  return { algorithm, value: `${checksum.digestBase64()}-${parts.length}` };
}
