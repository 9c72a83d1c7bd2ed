// Which bucket and key a request is for, from its raw path and Host: path style, or virtual-host style.
import type { AwsFault } from '../aws/fault.ts';
import { faults } from './faults.ts';

export interface Address {
  /** Null: the service itself, as for ListBuckets. */
  readonly bucketName: string | null;
  /** Null: the bucket itself. Exactly the bytes of the path, decoded once: `a//b`, `/x` and `a/../b` are three keys. */
  readonly key: string | null;
}

/** `rawPath` as on the wire. InvalidURI where a percent escape or the UTF-8 behind it is broken. */
export function parseAddress(rawPath: string, host: string): Address | AwsFault {
  const hostBucket = bucketOfHost(host);
  if (hostBucket !== null) return addressOf(hostBucket, rawPath.slice(1));
  const path = rawPath.slice(1);
  if (path === '') return { bucketName: null, key: null };
  const slash = path.indexOf('/');
  return slash === -1 ? addressOf(path, '') : addressOf(path.slice(0, slash), path.slice(slash + 1));
}

/** `<bucket>.localhost`, `<bucket>.s3.<anything>`, `<bucket>.s3-<anything>`; null for every other host. */
export function bucketOfHost(host: string): string | null {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (/^s3[.-]/.test(name) && !/\.s3[.-]/.test(name)) return null;
  return /^(.+?)\.s3[.-]/.exec(name)?.[1] ?? /^(.+)\.localhost$/.exec(name)?.[1] ?? null;
}

function addressOf(encodedBucket: string, encodedKey: string): Address | AwsFault {
  const bucketName = percentDecoded(encodedBucket);
  const key = percentDecoded(encodedKey);
  if (bucketName === null || key === null) return faults.invalidUri();
  return { bucketName, key: key === '' ? null : key };
}

/** A `+` stays a plus: in a path it was never a blank. */
export function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
