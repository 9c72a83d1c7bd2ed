// The body of CompleteMultipartUpload, and the parts it names compared with those that are there.
import { type ChecksumAlgorithm, checksumAlgorithms } from '../../aws/checksum.ts';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import { faults } from '../faults.ts';
import { readXmlBody } from '../request-body.ts';
import type { S3Request } from '../s3-request.ts';
import { childText, type XmlNode } from '../xml-input.ts';
import type { PartRecord, UploadRecord } from './upload-record.ts';

export interface ListedPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** Every part but the last. Source: S3 User Guide, "Amazon S3 multipart upload limits" [D]. */
const partBytesMin = 5 * 1024 * 1024;
const partsMax = 10_000;

/** The list of parts, which has at least one. */
export async function readCompletion(request: S3Request): Promise<readonly ListedPart[] | AwsFault> {
  // Here x-amz-checksum-* is of the object, not of this body.
  const headers = new Map([...request.headers].filter(([name]) => !name.startsWith('x-amz-checksum-')));
  const root = await readXmlBody({ ...request, headers }, 'CompleteMultipartUpload');
  if (isFault(root)) return root;
  const nodes = root?.children.get('Part') ?? [];
  if (nodes.length === 0) return faults.invalidRequest('You must specify at least one part');
  const parts: ListedPart[] = [];
  for (const node of nodes) {
    const part = listedPartOf(node);
    if (isFault(part)) return part;
    parts.push(part);
  }
  return parts.length > partsMax ? faults.malformedXml() : parts;
}

function listedPartOf(node: XmlNode): ListedPart | AwsFault {
  const number = childText(node, 'PartNumber');
  const etag = childText(node, 'ETag');
  if (typeof number !== 'string' || !/^\s*\d{1,9}\s*$/.test(number) || typeof etag !== 'string') return faults.malformedXml();
  const checksums = new Map<ChecksumAlgorithm, string>();
  for (const name of node.children.keys()) {
    if (name === 'PartNumber' || name === 'ETag') continue;
    const algorithm = checksumAlgorithms.find((known) => name === `Checksum${known}`);
    // S3 has further algorithms by now: not emulated, and never taken for compared.
    if (!algorithm)
      return name.startsWith('Checksum') ? faults.operationNotImplemented(`CompleteMultipartUpload with ${name}`) : faults.malformedXml();
    const value = childText(node, name);
    if (typeof value !== 'string') return faults.malformedXml();
    checksums.set(algorithm, value);
  }
  // Any quote is ignored [I s3rver #629].
  return { partNumber: Number(number), etag: etag.replaceAll('"', '').trim(), checksums };
}

export interface StoredParts {
  readonly record: UploadRecord;
  part(partNumber: number): PartRecord | undefined;
}

/** The stored parts that the list names, or what is wrong with it: order, then part by part, then sizes. */
export function partsToComplete({ record, part: stored }: StoredParts, listed: readonly ListedPart[]): readonly PartRecord[] | AwsFault {
  const { uploadId } = record;
  if (listed.some(({ partNumber }, index) => partNumber <= (listed[index - 1]?.partNumber ?? -1))) return faults.invalidPartOrder(uploadId);
  const parts: PartRecord[] = [];
  for (const wanted of listed) {
    const part = stored(wanted.partNumber);
    if (!part || part.etag !== wanted.etag) return faults.invalidPart(uploadId, wanted.partNumber, wanted.etag);
    const wrong = partChecksumFault(record, part, wanted);
    if (wrong) return wrong;
    parts.push(part);
  }
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < partBytesMin);
  return small ? faults.entityTooSmall(small, partBytesMin) : parts;
}

function partChecksumFault({ uploadId, checksum }: UploadRecord, part: PartRecord, { etag, checksums }: ListedPart): AwsFault | null {
  const isMissing = checksum?.type === 'COMPOSITE' && !checksums.has(checksum.algorithm);
  if (isMissing) {
    const created = `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum.`;
    const rule = 'The complete request must include the checksum for each part.';
    return faults.invalidRequest(`${created} ${rule} It was missing for part ${part.partNumber} in the request.`); // [V]
  }
  // Also where the upload keeps none, and where it is one of another algorithm [V].
  const differs = [...checksums].some(([algorithm, value]) => part.checksum?.algorithm !== algorithm || part.checksum.value !== value);
  return differs ? faults.invalidPart(uploadId, part.partNumber, etag) : null;
}
