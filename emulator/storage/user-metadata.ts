// x-amz-meta-*: read from a request, limited, and written back the way S3 writes it.
import type { AwsFault } from '../aws/fault.ts';
import { userMetadataBytesMax } from '../limits.ts';
import { faults } from './faults.ts';

const prefix = 'x-amz-meta-';

/** Names (lower case) without the prefix. MetadataTooLarge over 2 KB of names and values; a presigned URL may hold what is no name. */
export function userMetadataOf(headers: ReadonlyMap<string, string>): Record<string, string> | AwsFault {
  const metadata: [name: string, value: string][] = [];
  let bytes = 0;
  for (const [name, value] of headers) {
    if (!name.startsWith(prefix)) continue;
    if (!isHeaderName(name)) return faults.invalidArgument('Metadata names have to be names of HTTP headers.', name); // [M]
    const text = fromWire(value);
    metadata.push([name.slice(prefix.length), text]);
    bytes += Buffer.byteLength(name) - prefix.length + Buffer.byteLength(text);
  }
  return bytes > userMetadataBytesMax ? faults.metadataTooLarge(bytes, userMetadataBytesMax) : Object.fromEntries(metadata);
}

export function userMetadataHeaders(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`${prefix}${name}`, toWire(value)]));
}

/** RFC 9110, 5.6.2: a token. */
function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

/** Node reads header bytes as Latin-1; S3 reads them as UTF-8. What is no UTF-8 stays as it came, and so does text of a presigned URL. */
function fromWire(value: string): string {
  if (isAscii(value) || /[^\0-\xff]/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : value;
}

/** A value that is not ASCII comes back as RFC 2047 encodes it: =?UTF-8?Q?…?= [V]. */
function toWire(value: string): string {
  if (isAscii(value)) return value;
  const encoded = Array.from(Buffer.from(value), (byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return '_';
    return /[A-Za-z0-9!*+\-/]/.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `=?UTF-8?Q?${encoded.join('')}?=`;
}

function isAscii(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value);
}
