// The types a model package of this product accepts, and the spellings clients use for them.
import { requestError } from './request-errors.ts';

export type MediaType = 'application/json' | 'application/jsonlines' | 'text/csv';

/** application/x-ndjson is the same format under its other name; the model is asked under the one its package lists. */
const mediaTypes: Readonly<Record<string, MediaType>> = {
  'application/json': 'application/json',
  'application/jsonlines': 'application/jsonlines',
  'application/x-ndjson': 'application/jsonlines',
  'text/csv': 'text/csv',
};

/** @throws HttpError UNSUPPORTED_CONTENT_TYPE */
export function readMediaType(contentType: string | null): MediaType {
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === null) throw requestError('UNSUPPORTED_CONTENT_TYPE');
  return mediaType;
}

/** Parameters are allowed as long as the charset, if any, is UTF-8. Null for every other type. */
export function mediaTypeOf(contentType: string | null): MediaType | null {
  const [essence = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const mediaType = Object.hasOwn(mediaTypes, essence) ? mediaTypes[essence] : undefined;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return mediaType === undefined || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) ? null : mediaType;
}
