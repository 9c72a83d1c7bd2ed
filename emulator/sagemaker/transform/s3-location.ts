// s3://bucket/key -> where that is.
import type { S3Location } from '../platform-storage.ts';

/** The key is '' for a whole bucket. Null for anything else. */
export function parseS3Uri(uri: string): S3Location | null {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? null : { bucket, key };
}
