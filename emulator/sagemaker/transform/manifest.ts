// S3DataType ManifestFile: a JSON array of one { "prefix": "s3://bucket/…" } and then keys, each to be put behind the prefix as it is.
// Source: CreateTransformJob, TransformS3DataSource.
import type { S3Location } from '../platform-storage.ts';
import { TransformFailure } from './input-failure.ts';

/** Ours. */
export const manifestBytesMax = 32 * 1024 * 1024;

export interface Manifest {
  /** Empty where the manifest itself lies in a directory and its prefix is a path. */
  readonly bucket: string;
  readonly prefix: string;
  /** Whole keys, each once, in the manifest's order. */
  readonly keys: readonly string[];
}

const s3Uri = /^s3:\/\/([^/]+)\/?(.*)$/s;

/** @throws TransformFailure saying which entry is wrong */
export function parseManifest(text: string, location: S3Location): Manifest {
  const wrong = (what: string) => new TransformFailure(`ClientError: the manifest ${location.key} ${what}`);
  let value: unknown;
  try {
    // Editors of Windows write a byte order mark [own: whether AWS takes one is not known].
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong('is not JSON');
    throw error;
  }
  if (!Array.isArray(value)) throw wrong('is not a JSON array');
  const [head, ...rest] = value as unknown[];
  const prefix = typeof head === 'object' && head !== null ? (head as { prefix?: unknown }).prefix : undefined;
  if (typeof prefix !== 'string') throw wrong('does not begin with {"prefix": "s3://…"}');
  const match = s3Uri.exec(prefix);
  if (match === null && (location.bucket !== '' || prefix.includes('://'))) throw wrong('has a prefix that is no s3://bucket/… URI');
  const wrongAt = rest.findIndex((key) => typeof key !== 'string' || key === '');
  if (wrongAt !== -1) throw wrong(`has no key at entry ${wrongAt + 1}`);
  if (rest.length === 0) throw wrong('names no object');
  const keyPrefix = match?.[2] ?? prefix;
  return { bucket: match?.[1] ?? '', prefix: keyPrefix, keys: [...new Set(rest.map((key) => `${keyPrefix}${String(key)}`))] };
}
