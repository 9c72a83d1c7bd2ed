// The body of a request: staged in the store with everything checked that the client declared, or read as XML.
import { isAwsChunked } from '../aws/aws-chunked.ts';
import type { ChecksumAlgorithm } from '../aws/checksum.ts';
import { type AwsFault, AwsFaultError, isFault } from '../aws/fault.ts';
import { objectBytesMax } from '../limits.ts';
import { faults } from './faults.ts';
import { declaredIntegrity, integrityFault } from './integrity.ts';
import type { S3Request } from './s3-request.ts';
import { BodyTooLongError, collectBody, type StagedBody } from './staged-body.ts';
import type { BodyStaging } from './staging-area.ts';
import { parseXml, type XmlNode } from './xml-input.ts';

/** Ours: enough for 1,000 keys of 1,024 bytes, escaped. S3 documents 2 MB. */
const xmlBytesMax = 2 * 1024 * 1024;

/** A body that is whole and is what its headers say. The caller commits or discards it. */
export async function stageRequestBody(
  { store }: { readonly store: BodyStaging },
  { call, headers }: S3Request,
  // Without any checksum from the client S3 computes CRC64NVME. [G]
  algorithmOfUnstated: ChecksumAlgorithm = 'CRC64NVME',
): Promise<StagedBody | AwsFault> {
  const missing = lengthFault(headers);
  if (missing) return missing;
  const declared = declaredIntegrity(headers);
  if (isFault(declared)) return declared;
  if (declared.sizeBytes !== null && declared.sizeBytes > objectBytesMax) return faults.entityTooLarge(declared.sizeBytes, objectBytesMax);
  const checksumAlgorithm = declared.checksum?.algorithm ?? algorithmOfUnstated;
  try {
    const staged = await store.stage(call.body, { checksumAlgorithm, bytesMax: declared.sizeBytes ?? objectBytesMax });
    const wrong = integrityFault(declared, staged);
    if (wrong) await store.discard(staged);
    return wrong ?? staged;
  } catch (error) {
    return bodyFault(error, call.signal, declared.sizeBytes !== null);
  }
}

/** A small XML body, or null for an empty one; MalformedXML unless the root has that name. */
export async function readXmlBody({ call, headers }: S3Request, rootName: string): Promise<XmlNode | null | AwsFault> {
  const declared = declaredIntegrity(headers);
  if (isFault(declared)) return declared;
  try {
    const checksumAlgorithm = declared.checksum?.algorithm ?? 'CRC32';
    const received = await collectBody({ body: call.body, checksumAlgorithm, bytesMax: xmlBytesMax });
    const wrong = integrityFault(declared, received);
    if (wrong) return wrong;
    if (received.sizeBytes === 0) return null;
    return parseXml(received.content.toString('utf8'), rootName) ?? faults.malformedXml();
  } catch (error) {
    if (error instanceof BodyTooLongError) return faults.messageTooLong(xmlBytesMax);
    return bodyFault(error, call.signal, false);
  }
}

function lengthFault(headers: ReadonlyMap<string, string>): AwsFault | null {
  if (isAwsChunked(headers)) return headers.has('x-amz-decoded-content-length') ? null : faults.missingContentLength();
  return headers.has('content-length') || headers.has('transfer-encoding') ? null : faults.missingContentLength();
}

/** What a stream ended with: the endpoint's own finding, a body of the wrong length, a client that went away; else our bug. */
function bodyFault(error: unknown, signal: AbortSignal, isSizeDeclared: boolean): AwsFault {
  if (error instanceof AwsFaultError) return error.fault;
  if (error instanceof BodyTooLongError) {
    return isSizeDeclared ? faults.incompleteBody() : faults.entityTooLarge(error.bytesMax + 1, error.bytesMax);
  }
  if (signal.aborted || lostConnectionCodes.has(String((error as NodeJS.ErrnoException).code))) return faults.incompleteBody();
  throw error;
}

const lostConnectionCodes = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR']);
