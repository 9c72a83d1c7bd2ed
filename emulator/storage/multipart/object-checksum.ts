// What the headers of CompleteMultipartUpload say of the object as a whole, and whether it is so.
import { type ChecksumAlgorithm, checksumAlgorithmOfHeader } from '../../aws/checksum.ts';
import type { AwsFault } from '../../aws/fault.ts';
import { faults } from '../faults.ts';
import type { ObjectRecord } from '../object-file.ts';
import type { UploadRecord } from './upload-record.ts';

type Headers = ReadonlyMap<string, string>;

/** Before anything is put together: the kind of checksum and the size. */
export function declaredObjectFault(headers: Headers, checksum: UploadRecord['checksum'], sizeBytes: number): AwsFault | null {
  const type = headers.get('x-amz-checksum-type')?.toUpperCase();
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    return faults.invalidRequest('Value for x-amz-checksum-type header is invalid.'); // [I cloudserver]
  }
  const expected = checksum?.type ?? 'FULL_OBJECT';
  if (type !== undefined && type !== expected) {
    const created = `The upload was created using the ${expected} checksum mode.`;
    return faults.invalidRequest(`${created} The complete request must use the same checksum mode.`); // [I versitygw, cloudserver]
  }
  const given = valuesIn(headers);
  if (given.length > 1) {
    return faults.invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const [only] = given;
  if (only && !only.algorithm) return faults.headerNotImplemented(only.name);
  if (only?.algorithm && checksum && only.algorithm !== checksum.algorithm) {
    const names = `expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${only.algorithm.toLowerCase()}`;
    return faults.invalidRequest(`Checksum Type mismatch occurred, ${names}`); // [I]
  }
  return sizeFault(headers.get('x-amz-mp-object-size'), sizeBytes);
}

/** After that: the value. Without an algorithm at the start only CRC64NVME is S3's own; it ignores the others here [I]. */
export function declaredChecksumFault(headers: Headers, actual: ObjectRecord['checksum']): AwsFault | null {
  const given = valuesIn(headers).find(({ algorithm }) => algorithm === actual.algorithm);
  // Of a composite one the number of parts may be left out [own].
  return !given || given.value === actual.value || given.value === actual.value.replace(/-\d+$/, '')
    ? null
    : faults.badChecksum(actual.algorithm.toLowerCase());
}

function valuesIn(headers: Headers): { name: string; value: string; algorithm: ChecksumAlgorithm | null }[] {
  return [...headers]
    .filter(([name]) => name.startsWith('x-amz-checksum-') && !notValues.has(name))
    .map(([name, value]) => ({ name, value, algorithm: checksumAlgorithmOfHeader(name) }));
}

const notValues = new Set(['x-amz-checksum-type', 'x-amz-checksum-algorithm', 'x-amz-checksum-mode']);

function sizeFault(given: string | undefined, sizeBytes: number): AwsFault | null {
  if (given === undefined || (/^\d{1,15}$/.test(given) && Number(given) === sizeBytes)) return null;
  return faults.invalidRequest(
    /^\d{1,15}$/.test(given)
      ? `The provided 'x-amz-mp-object-size' header value ${given} does not match what was computed: ${sizeBytes}`
      : `Value for x-amz-mp-object-size header is invalid: '${given}'`,
  ); // [I versitygw]
}
