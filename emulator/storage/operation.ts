// Which operation a request is: method, level and sub-resource, as in S3's API. Names only; what is emulated is in s3-service.ts.
import type { AwsFault } from '../aws/fault.ts';
import type { Address } from './address.ts';
import { faults } from './faults.ts';

type Level = 'service' | 'bucket' | 'object';
type MethodTable = Readonly<Record<string, string>>;

/** Without a sub-resource. */
const plain: Readonly<Record<Level, MethodTable>> = {
  service: { GET: 'ListBuckets' },
  bucket: { GET: 'ListObjects', PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket', POST: 'PostObject' },
  object: { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' },
};

/** Sub-resources with the usual three operations Get…, Put…, Delete… of one noun (some lack one; none is emulated). */
const bucketNouns: Readonly<Record<string, string>> = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  abac: 'BucketAbac',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  logging: 'BucketLogging',
  metadataConfiguration: 'BucketMetadataConfiguration',
  metadataTable: 'BucketMetadataTableConfiguration',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};
const objectNouns: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  annotation: 'ObjectAnnotation',
  attributes: 'ObjectAttributes',
  encryption: 'ObjectEncryption',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
};

const bucketSubresources: Readonly<Record<string, MethodTable>> = {
  'list-type': { GET: 'ListObjectsV2' },
  location: { GET: 'GetBucketLocation' },
  delete: { POST: 'DeleteObjects' },
  uploads: { GET: 'ListMultipartUploads' },
  versions: { GET: 'ListObjectVersions' },
  session: { GET: 'CreateSession' },
  ...withNouns(bucketNouns),
  metadataConfiguration: { ...withNouns(bucketNouns).metadataConfiguration, POST: 'CreateBucketMetadataConfiguration' },
  metadataTable: { ...withNouns(bucketNouns).metadataTable, POST: 'CreateBucketMetadataTableConfiguration' },
  metadataInventoryTable: { PUT: 'UpdateBucketMetadataInventoryTableConfiguration' },
  metadataJournalTable: { PUT: 'UpdateBucketMetadataJournalTableConfiguration' },
  metadataAnnotationTable: { PUT: 'UpdateBucketMetadataAnnotationTableConfiguration' },
};
const objectSubresources: Readonly<Record<string, MethodTable>> = {
  uploads: { POST: 'CreateMultipartUpload' },
  uploadId: { GET: 'ListParts', PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' },
  restore: { POST: 'RestoreObject' },
  select: { POST: 'SelectObjectContent' },
  renameObject: { PUT: 'RenameObject' },
  ...withNouns(objectNouns),
  // Last: they modify an operation and are not one.
  partNumber: { GET: 'GetObject with partNumber', HEAD: 'HeadObject with partNumber', PUT: 'UploadPart' },
  versionId: {
    GET: 'GetObject with versionId',
    HEAD: 'HeadObject with versionId',
    PUT: 'PutObject with versionId',
    DELETE: 'DeleteObject with versionId',
  },
};

/** The operation's name in S3's API (it may well be one that is not emulated), or MethodNotAllowed. */
export function operationOf(
  method: string,
  address: Address,
  query: ReadonlyMap<string, string>,
  headers: ReadonlyMap<string, string>,
): string | AwsFault {
  const level: Level = address.bucketName === null ? 'service' : address.key === null ? 'bucket' : 'object';
  const subresources = level === 'bucket' ? bucketSubresources : level === 'object' ? objectSubresources : {};
  const subresource = Object.keys(subresources).find((name) => query.has(name));
  const table = subresource === undefined ? plain[level] : subresources[subresource];
  const name = table?.[method];
  if (name === undefined) return faults.methodNotAllowed(method, (subresource ?? level).toUpperCase());
  if (!headers.has('x-amz-copy-source')) return name;
  if (name === 'PutObject') return 'CopyObject';
  if (name === 'UploadPart') return 'UploadPartCopy';
  // [I versitygw #1642]; the text is [M].
  return faults.invalidArgument(
    'You can only specify a copy source header for copy requests.',
    'x-amz-copy-source',
    headers.get('x-amz-copy-source'),
  );
}

function withNouns(nouns: Readonly<Record<string, string>>): Record<string, MethodTable> {
  return Object.fromEntries(
    Object.entries(nouns).map(([subresource, noun]) => [subresource, { GET: `Get${noun}`, PUT: `Put${noun}`, DELETE: `Delete${noun}` }]),
  );
}
