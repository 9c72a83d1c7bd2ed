// ListObjectsV2 and its predecessor: parameters in, one page out, in XML.
import { createHash } from 'node:crypto';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { listKeysMax } from '../../limits.ts';
import { authorizeBucket, findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import { continuationToken, groupOf, type ListItem, listPage, type Page, readContinuationToken } from '../list-page.ts';
import type { BucketRecord } from '../object-store.ts';
import type { S3Options, S3Request } from '../s3-request.ts';
import { element, type Xml, xmlDocument, xmlTime } from '../xml.ts';

export function listObjectsV2(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const { query } = request;
  if (query.get('list-type') !== '2')
    return faults.invalidArgument('Invalid List Type specified in Request', 'list-type', query.get('list-type')); // [M]
  const listing = prepare(options, request);
  if (isFault(listing)) return listing;
  const { bucket, prefix, delimiter, keysMax, encode } = listing;
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const resumed = token === undefined ? null : readContinuationToken(token);
  if (token !== undefined && resumed === null) {
    return faults.invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  const after = resumed ?? (startAfter ? ({ kind: 'key', value: startAfter } as const) : null);
  const page = listPage(options.store.keys(bucket.name), { prefix, delimiter, after, itemsMax: keysMax });
  const owner = query.get('fetch-owner') === 'true' ? ownerElement(bucket.ownerAccountId) : null;
  return xmlAnswer([
    element('Name', bucket.name),
    element('Prefix', encode(prefix)),
    query.has('delimiter') && delimiter !== '' ? element('Delimiter', encode(delimiter)) : null,
    startAfter === undefined ? null : element('StartAfter', encode(startAfter)),
    element('ContinuationToken', token ?? null),
    // Tokens go out verbatim, whatever the encoding type [I botocore #1555].
    element('NextContinuationToken', page.next && continuationToken(page.next)),
    element('KeyCount', page.items.length),
    element('MaxKeys', keysMax),
    listing.encodingType,
    element('IsTruncated', page.next !== null),
    ...contents(options, bucket, page, encode, owner),
  ]);
}

export function listObjects(options: S3Options, request: S3Request): AwsAnswer | AwsFault {
  const listing = prepare(options, request);
  if (isFault(listing)) return listing;
  const { bucket, prefix, delimiter, keysMax, encode } = listing;
  const marker = request.query.get('marker') ?? '';
  // A marker inside a group (NextMarker may be the group itself) goes on behind it; start-after of version 2 does not [V].
  const group = groupOf(marker, prefix, delimiter);
  const after: ListItem | null = marker === '' ? null : group === null ? { kind: 'key', value: marker } : { kind: 'prefix', value: group };
  const page = listPage(options.store.keys(bucket.name), { prefix, delimiter, after, itemsMax: keysMax });
  return xmlAnswer([
    element('Name', bucket.name),
    element('Prefix', encode(prefix)),
    element('Marker', encode(marker)),
    // Only with a delimiter: without one the last key says it. Source: API reference, ListObjects [D].
    delimiter !== '' && page.next ? element('NextMarker', encode(page.next.value)) : null,
    element('MaxKeys', keysMax),
    delimiter === '' ? null : element('Delimiter', encode(delimiter)),
    listing.encodingType,
    element('IsTruncated', page.next !== null),
    ...contents(options, bucket, page, encode, ownerElement(bucket.ownerAccountId)),
  ]);
}

interface Listing {
  readonly bucket: BucketRecord;
  readonly prefix: string;
  readonly delimiter: string;
  readonly keysMax: number;
  readonly encode: (text: string) => string;
  readonly encodingType: Xml | null;
}

/** What both versions have in common; access comes before the parameters are looked at. */
function prepare(options: S3Options, request: S3Request): Listing | AwsFault {
  const { query } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeBucket(options, request, bucket, 'ListBucket');
  if (refusal) return refusal;
  const encodingType = query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    return faults.invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  }
  const keysMax = parseCount(query.get('max-keys'), 'max-keys');
  if (isFault(keysMax)) return keysMax;
  return {
    bucket,
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    keysMax,
    encode: encodingType === 'url' ? urlEncoded : (text) => text,
    encodingType: element('EncodingType', encodingType ?? null),
  };
}

function contents(options: S3Options, bucket: BucketRecord, page: Page, encode: Listing['encode'], owner: Xml | null): (Xml | null)[] {
  const objects = page.items.map((item) => {
    const summary = item.kind === 'key' ? options.store.summary(bucket.name, item.value) : null;
    if (!summary) return null;
    return element('Contents', [
      element('Key', encode(item.value)),
      element('LastModified', xmlTime(summary.lastModified)),
      element('ETag', `"${summary.etag}"`),
      element('ChecksumAlgorithm', summary.checksumAlgorithm),
      element('ChecksumType', summary.checksumType),
      element('Size', summary.sizeBytes),
      owner,
      element('StorageClass', 'STANDARD'),
    ]);
  });
  const groups = page.items.map((item) =>
    item.kind === 'prefix' ? element('CommonPrefixes', [element('Prefix', encode(item.value))]) : null,
  );
  return [...objects, ...groups];
}

/** 0 to 2147483647, capped at 1,000. The texts are [M]. */
export function parseCount(value: string | undefined, name: 'max-keys' | 'max-parts' | 'max-uploads'): number | AwsFault {
  if (value === undefined || value === '') return listKeysMax;
  if (!/^-?\d+$/.test(value)) return faults.invalidArgument(`Provided ${name} not an integer or within integer range`, name, value);
  const count = Number(value);
  if (count < 0 || count > 2_147_483_647)
    return faults.invalidArgument(
      `Argument ${name === 'max-keys' ? 'maxKeys' : name} must be an integer between 0 and 2147483647`,
      name,
      value,
    );
  return Math.min(count, listKeysMax);
}

/** As AWS was measured: blank -> +, / kept, the rest as a form encodes it [I backlot #178]; ~ and * are [M]. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** The canonical user id of an account: 64 hex digits, here made from its number. */
export function ownerElement(accountId: string): Xml | null {
  return element('Owner', [element('ID', createHash('sha256').update(`canonical user of ${accountId}`).digest('hex'))]);
}

function xmlAnswer(children: readonly (Xml | null)[]): AwsAnswer {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: xmlDocument('ListBucketResult', children) };
}
