// GetObject and HeadObject: the same checks and headers, with and without the bytes.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeObject, findBucket, missingKeyFault } from '../access.ts';
import { type ByteRange, parseRange } from '../byte-range.ts';
import { failedReadCondition } from '../conditions.ts';
import { authorizeEncryption, encryptionHeaders } from '../encryption.ts';
import { faults } from '../faults.ts';
import type { ObjectRecord } from '../object-file.ts';
import type { OpenObject } from '../object-store.ts';
import type { S3Options, S3Request } from '../s3-request.ts';
import { answerHeaders } from '../stored-headers.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { userMetadataHeaders } from '../user-metadata.ts';
import { checksumHeaders } from './put-object.ts';

export function getObject(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const opened = openReadable(options, request);
  if (isFault(opened)) return opened;
  const prepared = prepare(options, request, opened.record);
  if (isFault(prepared) || !prepared.range) {
    opened.close();
    return isFault(prepared) ? prepared : prepared.head;
  }
  const { start, end } = prepared.range;
  request.call.annotate({ responseBytes: end + 1 - start });
  return { ...prepared.head, body: opened.read(start, end) };
}

export function headObject(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const opened = openReadable(options, request);
  if (isFault(opened)) return opened;
  opened.close();
  const prepared = prepare(options, request, opened.record);
  return isFault(prepared) ? prepared : prepared.head;
}

/** The object, for a caller who may read it; else the fault that tells no more than the caller may know. */
function openReadable(options: S3Options, request: S3Request): OpenObject | AwsFault {
  const { bucketName, key } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, key, 'GetObject') ?? unsupportedHeaderFault(request.headers);
  if (refusal) return refusal;
  const opened = options.store.open(bucketName, key);
  if (!opened) return missingKeyFault(options, request, bucket, key);
  const denied = authorizeEncryption(options, request, { bucketName, key, encryption: opened.record.encryption }, 'kms:Decrypt');
  if (denied) opened.close();
  return denied ?? opened;
}

/** `range` is null where the answer has no bytes: 304, or an empty object. */
interface Prepared {
  readonly head: AwsAnswer;
  readonly range: ByteRange | null;
}

function prepare({ clock }: S3Options, { call, headers, query }: S3Request, record: ObjectRecord): Prepared | AwsFault {
  const stored = answerHeaders(record.headers, query, call.principal.kind === 'anonymous');
  if (isFault(stored)) return stored;
  const version = { ETag: `"${record.etag}"`, 'Last-Modified': new Date(record.lastModified).toUTCString() };
  const failed = failedReadCondition(headers, '', record, clock.now());
  if (failed === 'If-Match' || failed === 'If-Unmodified-Since') return faults.preconditionFailed(failed);
  if (failed) return { head: { status: 304, headers: version }, range: null };

  const requested = parseRange(headers.get('range'), record.sizeBytes);
  if (requested === 'unsatisfiable') return faults.invalidRange(headers.get('range') ?? '', record.sizeBytes);
  const range = requested ?? { start: 0, end: record.sizeBytes - 1 };
  const bytes = range.end + 1 - range.start;
  // A client would compare the checksum of the whole object with part of it. [M][V]
  const withChecksum = headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && bytes === record.sizeBytes;
  return {
    head: {
      status: requested ? 206 : 200,
      headers: {
        ...stored,
        ...version,
        'Accept-Ranges': 'bytes',
        'Content-Length': String(bytes),
        ...(requested && { 'Content-Range': `bytes ${range.start}-${range.end}/${record.sizeBytes}` }),
        ...encryptionHeaders(record.encryption),
        ...(withChecksum && checksumHeaders(record)),
        ...userMetadataHeaders(record.metadata),
      },
    },
    range: bytes === 0 ? null : range,
  };
}
