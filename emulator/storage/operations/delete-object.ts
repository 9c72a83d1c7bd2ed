// DeleteObject and DeleteObjects. A key that is not there counts as deleted.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { listKeysMax, objectKeyBytesMax } from '../../limits.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { matchesEtag } from '../conditions.ts';
import { faults } from '../faults.ts';
import type { BucketRecord } from '../object-store.ts';
import { readXmlBody } from '../request-body.ts';
import type { S3Access, S3Options, S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { element, type Xml, xmlDocument } from '../xml.ts';
import { childText, type XmlNode } from '../xml-input.ts';

export function deleteObject(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const unsupported = unsupportedHeaderFault(request.headers);
  if (unsupported) return unsupported;
  return deleteOne(options, request, bucket, request.key, request.headers.get('if-match')) ?? { status: 204, headers: {} };
}

export async function deleteObjects(options: S3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const unsupported = unsupportedHeaderFault(request.headers);
  if (unsupported) return unsupported;
  const deletion = await readDeletion(request);
  if (isFault(deletion)) return deletion;
  const results = deletion.targets.map(({ key, etag }) => {
    const failure = keyLengthFault(key) ?? deleteOne(options, request, bucket, key, etag);
    if (failure) return deleteError(key, failure);
    return deletion.isQuiet ? null : element('Deleted', [element('Key', key)]);
  });
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: xmlDocument('DeleteResult', results) };
}

export interface Deletion {
  readonly targets: readonly Target[];
  /** Only errors are answered. */
  readonly isQuiet: boolean;
}

/** The body of DeleteObjects: 1 to 1,000 keys, with its digest. */
export async function readDeletion(request: S3Request): Promise<Deletion | AwsFault> {
  if (!hasDigest(request.headers)) {
    return faults.invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*'); // [I aws-sdk-net #3641]
  }
  const root = await readXmlBody(request, 'Delete');
  if (isFault(root)) return root;
  const targets = root && targetsOf(root);
  if (!targets || targets.length === 0 || targets.length > listKeysMax) return faults.malformedXml();
  const unserved = targets.find((target) => target.unserved !== null)?.unserved;
  if (unserved) return faults.operationNotImplemented(`DeleteObjects with ${unserved}`);
  return { targets, isQuiet: childText(root, 'Quiet') === 'true' };
}

export function deleteError(key: string, { code, message }: AwsFault): Xml | null {
  return element('Error', [element('Key', key), element('Code', code), element('Message', message)]);
}

export function keyLengthFault(key: string): AwsFault | null {
  const bytes = Buffer.byteLength(key);
  return bytes > objectKeyBytesMax ? faults.keyTooLong(bytes, objectKeyBytesMax) : null;
}

/** Null when the object is gone (or was never there). */
function deleteOne(
  options: S3Options,
  request: S3Request,
  bucket: BucketRecord,
  key: string,
  ifMatch: string | undefined,
): AwsFault | null {
  const { store } = options;
  const refusal = authorizeDeletion(options, request, bucket, key, ifMatch);
  if (refusal) return refusal;
  if (ifMatch !== undefined) {
    const existing = store.summary(bucket.name, key);
    if (!existing) return faults.noSuchKey(key); // [I rustfs #2602]
    if (!matchesEtag(ifMatch, existing.etag)) return faults.preconditionFailed('If-Match');
  }
  store.deleteObject(bucket.name, key);
  return null;
}

export function authorizeDeletion(
  options: S3Access,
  request: S3Request,
  bucket: BucketRecord,
  key: string,
  ifMatch: string | undefined,
): AwsFault | null {
  return (
    authorizeObject(options, request, bucket, key, 'DeleteObject') ??
    // With an ETag also s3:GetObject. Source: S3 User Guide, "How to perform conditional deletes" [D].
    (ifMatch !== undefined && ifMatch !== '*' ? authorizeObject(options, request, bucket, key, 'GetObject') : null)
  );
}

interface Target {
  readonly key: string;
  readonly etag: string | undefined;
  /** The name of an element that asks for something not emulated. */
  readonly unserved: string | null;
}

function targetsOf(root: XmlNode): readonly Target[] | null {
  const targets = (root.children.get('Object') ?? []).map((object): Target | null => {
    const key = childText(object, 'Key');
    const etag = childText(object, 'ETag');
    if (typeof key !== 'string' || key === '' || etag === null) return null;
    return { key, etag, unserved: ['VersionId', 'LastModifiedTime', 'Size'].find((name) => object.children.has(name)) ?? null };
  });
  return targets.includes(null) ? null : targets.filter((target) => target !== null);
}

function hasDigest(headers: ReadonlyMap<string, string>): boolean {
  return (
    headers.has('content-md5') || headers.has('x-amz-trailer') || [...headers.keys()].some((name) => /^x-amz-checksum-(crc|sha)/.test(name))
  );
}
