// Request headers that ask for something this S3 does not do. Ignoring one would be a lie, so each answers loudly.
import type { AwsFault } from '../aws/fault.ts';
import { faults } from './faults.ts';

/** A header is fine when it is absent, or has one of the values. */
const allowedValues: Readonly<Record<string, readonly string[]>> = {
  'x-amz-bucket-object-lock-enabled': ['false'],
  'x-amz-mfa': [],
  'x-amz-object-ownership': ['BucketOwnerEnforced'],
  'x-amz-server-side-encryption-context': [],
  'x-amz-tagging': [''],
  'x-amz-tagging-directive': ['COPY'],
  'x-amz-website-redirect-location': [],
  'x-amz-write-offset-bytes': [],
  // Directory buckets only, and S3 itself answers 501 [V].
  'x-amz-if-match-size': [],
  'x-amz-if-match-last-modified-time': [],
};
const refusedPrefixes = [
  'x-amz-object-lock-',
  'x-amz-server-side-encryption-customer-',
  'x-amz-copy-source-server-side-encryption-customer-',
];
const storageClasses = new Set([
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'OUTPOSTS',
  'GLACIER_IR',
  'SNOW',
  'EXPRESS_ONEZONE',
  'FSX_OPENZFS',
  'FSX_ONTAP',
]);

export function unsupportedHeaderFault(headers: ReadonlyMap<string, string>): AwsFault | null {
  for (const [name, value] of headers) {
    if (!name.startsWith('x-amz-')) continue;
    const allowed = allowedValues[name];
    if (allowed ? !allowed.includes(value) : refusedPrefixes.some((prefix) => name.startsWith(prefix))) {
      return faults.headerNotImplemented(name);
    }
  }
  return aclFault(headers) ?? storageClassFault(headers.get('x-amz-storage-class'));
}

/** New buckets are "bucket owner enforced": one canned ACL is accepted, because it changes nothing. Source: S3 User Guide, Object Ownership [D]. */
function aclFault(headers: ReadonlyMap<string, string>): AwsFault | null {
  const acl = headers.get('x-amz-acl');
  const grants = [...headers.keys()].some((name) => name.startsWith('x-amz-grant-'));
  return grants || (acl !== undefined && acl !== 'bucket-owner-full-control') ? faults.aclNotSupported() : null;
}

function storageClassFault(storageClass: string | undefined): AwsFault | null {
  if (storageClass === undefined || storageClass === 'STANDARD') return null;
  return storageClasses.has(storageClass) ? faults.headerNotImplemented('x-amz-storage-class') : faults.invalidStorageClass(storageClass);
}
