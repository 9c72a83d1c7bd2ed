// The object that a large request is to read: where it is, that it is there, and what it is. Its content is the worker's to look at.
import { inputPrefix, type LargeMediaType, type RequestState } from '../large-request/request-state.ts';
import { mediaTypeOf } from './media-type.ts';
import type { ObjectHead, Objects } from './objects.ts';
import { requestError } from './request-errors.ts';

/** S3's limit for a key, in bytes of UTF-8. */
const keyBytesMax = 1_024;
/** S3's limit for one PutObject; the text of INPUT_TOO_LARGE says so. */
const inputBytesMax = 5 * 1024 ** 3;

/** @throws HttpError INVALID_INPUT_LOCATION, INPUT_NOT_FOUND, EMPTY_INPUT, INPUT_TOO_LARGE, UNSUPPORTED_INPUT_TYPE, STATE_UNAVAILABLE */
export async function findInput(objects: Objects, inputLocation: string, timeoutMs: number): Promise<RequestState['input']> {
  const key = inputKeyOf(inputLocation, objects.bucket);
  const head = await objects.head(key, timeoutMs);
  if (head === null) throw requestError('INPUT_NOT_FOUND');
  const { etag, bytes } = head;
  if (bytes === 0) throw requestError('EMPTY_INPUT');
  if (bytes > inputBytesMax) throw requestError('INPUT_TOO_LARGE');
  const mediaType = inputTypeOf(key, head);
  if (mediaType === null) throw requestError('UNSUPPORTED_INPUT_TYPE');
  return { key, etag, bytes, mediaType };
}

/**
 * The role may read no other prefix; here it is the caller who is told. A key is taken as it is written: no escapes, as in the AWS CLI.
 * Dot segments are names like any others in S3, but not to everything that carries a URL.
 * @throws HttpError INVALID_INPUT_LOCATION
 */
function inputKeyOf(inputLocation: string, bucket: string): string {
  const begin = `s3://${bucket}/${inputPrefix}`;
  const key = inputLocation.slice(begin.length - inputPrefix.length);
  const wellFormed =
    inputLocation.startsWith(begin) &&
    key.length > inputPrefix.length &&
    Buffer.byteLength(key) <= keyBytesMax &&
    key.isWellFormed() &&
    !key.split('/').some((segment) => segment === '.' || segment === '..');
  if (!wellFormed) throw requestError('INVALID_INPUT_LOCATION');
  return key;
}

/** What S3 stores where the writer named no type: its own default, and that of many clients. */
const unnamedTypes: ReadonlySet<string> = new Set(['', 'binary/octet-stream', 'application/octet-stream']);

const typesByEnding: readonly (readonly [ending: string, mediaType: LargeMediaType])[] = [
  ['.jsonl', 'application/jsonlines'],
  ['.ndjson', 'application/jsonlines'],
  ['.csv', 'text/csv'],
];

function inputTypeOf(key: string, { contentType }: Pick<ObjectHead, 'contentType'>): LargeMediaType | null {
  if (unnamedTypes.has(contentType.trim().toLowerCase())) {
    return typesByEnding.find(([ending]) => key.toLowerCase().endsWith(ending))?.[1] ?? null;
  }
  const mediaType = mediaTypeOf(contentType);
  // One JSON document cannot be cut between two records while it is read.
  return mediaType === 'application/json' ? null : mediaType;
}
