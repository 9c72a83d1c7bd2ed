// ListMultipartUploads: the uploads of a bucket that have not ended, by key, and of a key in the order they began.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeBucket, findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import { compareKeys } from '../key-order.ts';
import { groupOf } from '../list-page.ts';
import type { UploadRecord } from '../multipart/upload-record.ts';
import type { BucketRecord } from '../object-store.ts';
import type { S3Options, S3Request } from '../s3-request.ts';
import { element, type Xml, xmlDocument, xmlTime } from '../xml.ts';
import { ownerElement, parseCount, urlEncoded } from './list-objects.ts';

export function listMultipartUploads(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const { bucketName, query } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeBucket(options, request, bucket, 'ListBucketMultipartUploads');
  if (refusal) return refusal;
  const encodingType = query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    return faults.invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  const uploadsMax = parseCount(query.get('max-uploads'), 'max-uploads');
  if (isFault(uploadsMax)) return uploadsMax;
  const encode = encodingType === 'url' ? urlEncoded : (text: string) => text;
  const { prefix, delimiter, keyMarker, uploadIdMarker } = parametersOf(query);
  const page = pageOf(options.store.multipart.list(bucketName), { prefix, delimiter, keyMarker, uploadIdMarker, itemsMax: uploadsMax });
  const body = xmlDocument('ListMultipartUploadsResult', [
    element('Bucket', bucketName),
    element('KeyMarker', encode(keyMarker)),
    element('UploadIdMarker', uploadIdMarker),
    element('NextKeyMarker', page.next && encode(page.next.key)),
    element('NextUploadIdMarker', page.next?.uploadId ?? null),
    element('Prefix', encode(prefix)),
    delimiter === '' ? null : element('Delimiter', encode(delimiter)),
    element('EncodingType', encodingType ?? null),
    element('MaxUploads', uploadsMax),
    element('IsTruncated', page.next !== null),
    ...page.uploads.map((upload) => uploadElement(upload, bucket, encode)),
    ...page.groups.map((group) => element('CommonPrefixes', [element('Prefix', encode(group))])),
  ]);
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly itemsMax: number;
}

interface Page {
  readonly uploads: readonly UploadRecord[];
  readonly groups: readonly string[];
  /** The markers of the next page. */
  readonly next: { readonly key: string; readonly uploadId: string } | null;
}

/** A group counts as one item. Several uploads of one key may be split over two pages. */
function pageOf(all: readonly UploadRecord[], { prefix, delimiter, itemsMax, ...markers }: PageRequest): Page {
  const uploads: UploadRecord[] = [];
  const groups: string[] = [];
  let last: Page['next'] = null;
  for (const upload of all) {
    const { key, uploadId } = upload;
    if (!key.startsWith(prefix) || !isAfter(upload, markers, groupOf(markers.keyMarker, prefix, delimiter))) continue;
    const group = groupOf(key, prefix, delimiter);
    if (group !== null && groups.at(-1) === group) continue;
    if (uploads.length + groups.length >= itemsMax) return { uploads, groups, next: last };
    if (group === null) uploads.push(upload);
    else groups.push(group);
    last = group === null ? { key, uploadId } : { key: group, uploadId: '' };
  }
  return { uploads, groups, next: null };
}

/** An upload-id-marker counts with a key-marker only, and then leaves the rest of that key's uploads. Source: API reference [D]. */
function isAfter(
  { key, uploadId }: UploadRecord,
  markers: { keyMarker: string; uploadIdMarker: string },
  markerGroup: string | null,
): boolean {
  const { keyMarker, uploadIdMarker } = markers;
  if (keyMarker === '') return true;
  if (markerGroup !== null && key.startsWith(markerGroup)) return false;
  const order = compareKeys(key, keyMarker);
  return order > 0 || (order === 0 && uploadIdMarker !== '' && uploadId > uploadIdMarker);
}

function parametersOf(query: ReadonlyMap<string, string>) {
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    keyMarker: query.get('key-marker') ?? '',
    uploadIdMarker: query.get('upload-id-marker') ?? '',
  };
}

function uploadElement(upload: UploadRecord, bucket: BucketRecord, encode: (text: string) => string): Xml | null {
  return element('Upload', [
    element('Key', encode(upload.key)),
    element('UploadId', upload.uploadId),
    element('Initiator', [element('ID', upload.initiatorArn)]),
    ownerElement(bucket.ownerAccountId),
    element('StorageClass', 'STANDARD'),
    element('Initiated', xmlTime(upload.initiatedAt)),
    element('ChecksumAlgorithm', upload.checksum?.algorithm ?? null),
    element('ChecksumType', upload.checksum?.type ?? null),
  ]);
}
