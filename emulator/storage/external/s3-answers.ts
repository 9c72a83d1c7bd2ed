// What an S3 answers to each operation when it has done it. Anything else that says 200 is not an S3, or has not done it.
import type { IncomingMessage } from 'node:http';

export interface ExpectedAnswer {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly statuses: readonly number[];
  /** It always comes. */
  readonly header?: string;
  /** What the body is a document of. Absent: no body, or an object's. */
  readonly rootName?: string;
}

export const expectedAnswers = {
  ListBuckets: { method: 'GET', statuses: [200], rootName: 'ListAllMyBucketsResult' },
  CreateBucket: { method: 'PUT', statuses: [200], header: 'location' },
  HeadBucket: { method: 'HEAD', statuses: [200] },
  DeleteBucket: { method: 'DELETE', statuses: [204] },
  ListObjects: { method: 'GET', statuses: [200], rootName: 'ListBucketResult' },
  ListObjectsV2: { method: 'GET', statuses: [200], rootName: 'ListBucketResult' },
  GetObject: { method: 'GET', statuses: [200, 206], header: 'etag' },
  HeadObject: { method: 'HEAD', statuses: [200, 206], header: 'etag' },
  PutObject: { method: 'PUT', statuses: [200], header: 'etag' },
  CopyObject: { method: 'PUT', statuses: [200], rootName: 'CopyObjectResult' },
  DeleteObject: { method: 'DELETE', statuses: [204] },
  CreateMultipartUpload: { method: 'POST', statuses: [200], rootName: 'InitiateMultipartUploadResult' },
  UploadPart: { method: 'PUT', statuses: [200], header: 'etag' },
  CompleteMultipartUpload: { method: 'POST', statuses: [200], rootName: 'CompleteMultipartUploadResult' },
  AbortMultipartUpload: { method: 'DELETE', statuses: [204] },
  ListParts: { method: 'GET', statuses: [200], rootName: 'ListPartsResult' },
  ListMultipartUploads: { method: 'GET', statuses: [200], rootName: 'ListMultipartUploadsResult' },
  DeleteObjects: { method: 'POST', statuses: [200], rootName: 'DeleteResult' },
} as const satisfies Readonly<Record<string, ExpectedAnswer>>;

export type ExternalOperation = keyof typeof expectedAnswers;

export function methodOf(operation: ExternalOperation): string {
  return expectedAnswers[operation].method;
}

export function isExpectedHead({ statusCode = 0, headers }: IncomingMessage, { statuses, header }: ExpectedAnswer): boolean {
  return statuses.includes(statusCode) && (header === undefined || headers[header] !== undefined);
}

/** Begins and ends as the document of that name. It is not parsed: a listing may be long, and may hold what XML does not know. */
export function isDocumentOf(text: string, rootName: string): boolean {
  const begins = new RegExp(`^\\uFEFF?\\s*(<\\?xml[^>]*\\?>)?\\s*<${rootName}(\\s[^>]*)?/?>`).test(text);
  return begins && new RegExp(`(</${rootName}\\s*>|^[^/]*<${rootName}(\\s[^>]*)?/>)\\s*$`).test(text.slice(-1_000));
}
