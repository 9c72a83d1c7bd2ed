// What a key may be. Within these limits it is opaque.
import type { AwsFault } from '../aws/fault.ts';
import { objectKeyBytesMax } from '../limits.ts';
import { faults } from './faults.ts';

/** Null for a key that S3 accepts. */
export function keyFault(key: string): AwsFault | null {
  const bytes = Buffer.byteLength(key);
  if (bytes > objectKeyBytesMax) return faults.keyTooLong(bytes, objectKeyBytesMax);
  return climbsOut(key) ? faults.invalidUri() : null;
}

/**
 * Read left to right, `..` segments may never outnumber the ordinary ones before them: `videos/2014/../../v` is a key,
 * `videos/../../v` is not. Source: S3 User Guide, "Naming Amazon S3 objects" [D/M]; the error code is not verified.
 */
function climbsOut(key: string): boolean {
  if (!key.includes('..')) return false;
  let depth = 0;
  for (const segment of key.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '' && segment !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
