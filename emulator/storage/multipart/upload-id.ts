// The id of a multipart upload, which is also the name of its folder.
import { randomBytes } from 'node:crypto';

/** `begun`: how many this process began before. In the order they began, also as text: a listing goes on behind an id. */
export function newUploadId(nowMs: number, begun: number): string {
  return `${hex(nowMs, 12)}${hex(begun % 2 ** 32, 8)}${randomBytes(22).toString('hex')}`;
}

export function isUploadId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
