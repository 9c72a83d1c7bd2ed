// What of a request goes on to the external S3, and what of its answer comes back. Anything else stays here: what is not
// understood is not forwarded.
import type { IncomingMessage } from 'node:http';
import { checksumAlgorithmOfHeader } from '../../aws/checksum.ts';

type Headers = ReadonlyMap<string, string>;

/** With an object that is stored. Metadata, encryption and checksum are added as they were read, decided and verified, not as they came. */
const storingNames: ReadonlySet<string> = new Set([
  'content-type',
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'content-md5',
  'if-match',
  'if-none-match',
  'x-amz-storage-class',
]);
const readingNames: ReadonlySet<string> = new Set([
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'x-amz-checksum-mode',
]);
const copyingNames: ReadonlySet<string> = new Set([
  ...storingNames,
  'x-amz-checksum-algorithm',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-metadata-directive',
]);
/** What a multipart upload says of its object at the start, and at the end. */
const creatingNames: ReadonlySet<string> = new Set([
  'content-type',
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'x-amz-storage-class',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-type',
]);
const completingNames: ReadonlySet<string> = new Set(['if-match', 'if-none-match', 'x-amz-mp-object-size', 'x-amz-checksum-type']);
const deletingNames: ReadonlySet<string> = new Set(['if-match']);

export const requestHeaders = {
  reading: (headers: Headers) => pick(headers, (name) => readingNames.has(name)),
  storing: (headers: Headers) => ({ ...pick(headers, (name) => storingNames.has(name)), ...contentEncoding(headers) }),
  copying: (headers: Headers) => ({ ...pick(headers, (name) => copyingNames.has(name)), ...contentEncoding(headers) }),
  creating: (headers: Headers) => ({ ...pick(headers, (name) => creatingNames.has(name)), ...contentEncoding(headers) }),
  completing: (headers: Headers) => pick(headers, (name) => completingNames.has(name) || checksumAlgorithmOfHeader(name) !== null),
  deleting: (headers: Headers) => pick(headers, (name) => deletingNames.has(name)),
} as const;

const listingQuery = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];

/** By operation: the parameters that mean something there. */
export const requestQuery = {
  ListObjectsV2: [...listingQuery, 'list-type', 'continuation-token', 'start-after', 'fetch-owner'],
  ListObjects: [...listingQuery, 'marker'],
  ListParts: ['uploadId', 'max-parts', 'part-number-marker'],
  ListMultipartUploads: ['uploads', 'prefix', 'delimiter', 'encoding-type', 'max-uploads', 'key-marker', 'upload-id-marker'],
  GetObject: ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'].map(
    (name) => `response-${name}`,
  ),
} as const;

export function pickQuery(query: ReadonlyMap<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : [])));
}

const answerNames: ReadonlySet<string> = new Set([
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
]);
/** Ids are Airlock's own: they are in its log and traces. */
const withheldNames: ReadonlySet<string> = new Set(['x-amz-request-id', 'x-amz-id-2']);

export function answerHeaders({ headers, statusCode = 0 }: IncomingMessage): Record<string, string> {
  const hasBody = statusCode !== 204 && statusCode !== 304;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const passes = answerNames.has(name) || (name.startsWith('x-amz-') && !withheldNames.has(name));
      return passes && value !== undefined && (hasBody || name !== 'content-length') ? [[name, String(value)]] : [];
    }),
  );
}

function pick(headers: Headers, passes: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => passes(name)));
}

/** `aws-chunked` was the framing of the request that came in. */
function contentEncoding(headers: Headers): Record<string, string> {
  const codings = (headers.get('content-encoding') ?? '').split(',').map((coding) => coding.trim());
  const kept = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
  return kept === '' ? {} : { 'content-encoding': kept };
}
