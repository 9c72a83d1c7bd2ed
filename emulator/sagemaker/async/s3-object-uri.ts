// The two ways to name an object of S3: s3://bucket/key, and its https URL.
import type { S3Location } from '../platform-storage.ts';

/** `bucket.s3.region.amazonaws.com` and `s3.region.amazonaws.com/bucket`, without a region too. */
const s3Host = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;

/** Null where it names no object. A key in an https URL is percent-encoded, in an S3 URI it is as it is. */
export function parseS3ObjectUri(uri: string): S3Location | null {
  const location = uri.startsWith('https://') ? fromUrl(uri) : fromS3Uri(uri);
  return location === null || location.bucket === '' || location.key === '' ? null : location;
}

function fromS3Uri(uri: string): S3Location | null {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? null : { bucket, key };
}

function fromUrl(text: string): S3Location | null {
  const [, host = '', path = ''] = /^https:\/\/([^/?#]+)\/([^?#]*)$/.exec(text) ?? [];
  const match = s3Host.exec(host);
  const decoded = decode(path);
  if (match === null || decoded === null) return null;
  const [, bucket] = match;
  return bucket === undefined ? fromS3Uri(`s3://${decoded}`) : { bucket, key: decoded };
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
