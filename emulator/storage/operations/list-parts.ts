// ListParts: what has come of an upload, in the order of the numbers.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import type { S3Options, S3Request } from '../s3-request.ts';
import { element, xmlDocument, xmlTime } from '../xml.ts';
import { ownerElement, parseCount } from './list-objects.ts';

export function listParts(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const { bucketName, key, query } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, key, 'ListMultipartUploadParts');
  if (refusal) return refusal;
  const partsMax = parseCount(query.get('max-parts'), 'max-parts');
  if (isFault(partsMax)) return partsMax;
  const marker = query.get('part-number-marker') || '0';
  if (!/^\d{1,10}$/.test(marker)) {
    return faults.invalidArgument('Provided part-number-marker not an integer or within integer range', 'part-number-marker', marker); // [M]
  }
  const uploadId = query.get('uploadId') ?? '';
  const upload = options.store.multipart.find(bucketName, key, uploadId);
  if (!upload) return faults.noSuchUpload(uploadId);

  const { checksum, initiatorArn } = upload.record;
  const following = upload.parts().filter(({ partNumber }) => partNumber > Number(marker));
  const parts = following.slice(0, partsMax);
  // A page of none is not truncated, as in a listing of objects [M].
  const isTruncated = parts.length > 0 && following.length > parts.length;
  const owner = ownerElement(bucket.ownerAccountId);
  const body = xmlDocument('ListPartsResult', [
    element('Bucket', bucketName),
    element('Key', key),
    element('UploadId', uploadId),
    element('Initiator', [element('ID', initiatorArn)]),
    owner,
    element('StorageClass', 'STANDARD'),
    element('PartNumberMarker', Number(marker)),
    element('NextPartNumberMarker', parts.at(-1)?.partNumber ?? 0),
    element('MaxParts', partsMax),
    element('IsTruncated', isTruncated),
    element('ChecksumAlgorithm', checksum?.algorithm ?? null),
    element('ChecksumType', checksum?.type ?? null),
    ...parts.map((part) =>
      element('Part', [
        element('PartNumber', part.partNumber),
        element('LastModified', xmlTime(part.lastModified)),
        element('ETag', `"${part.etag}"`),
        element('Size', part.sizeBytes),
        part.checksum && element(`Checksum${part.checksum.algorithm}`, part.checksum.value),
      ]),
    ),
  ]);
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}
