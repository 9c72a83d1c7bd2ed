// Names and ids that CloudFormation and the services would make up: the same for the same template, account and region, on every run.
import { createHash } from 'node:crypto';

/** What an id is made from. */
export interface IdSeed {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly logicalId: string;
}

/** `<stack>-<LogicalId>-<12 characters>`, with the two names shortened to fit as CloudFormation shortens them. */
export function generatedName(seed: IdSeed, lengthMax: number): string {
  const suffix = shortId(seed, 12).toUpperCase();
  const room = lengthMax - suffix.length - 2;
  const logicalId = seed.logicalId.slice(0, Math.max(Math.ceil(room / 2), room - seed.stackName.length));
  const stackName = seed.stackName.slice(0, room - logicalId.length);
  return `${stackName}-${logicalId}-${suffix}`;
}

/** `length` characters of [a-z0-9], at most 24. */
export function shortId(seed: IdSeed, length: number, purpose = ''): string {
  const number = BigInt(`0x${digestOf(seed, purpose).slice(0, 40)}`);
  return number.toString(36).padStart(24, '0').slice(-length);
}

/** Looks like a random UUID (version 4). */
export function uuidOf(seed: IdSeed, purpose = ''): string {
  const hex = digestOf(seed, purpose);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** 17 hexadecimal digits, as in vpc-0123456789abcdef0. */
export function hexId(seed: IdSeed, purpose = ''): string {
  return digestOf(seed, purpose).slice(0, 17);
}

/** As IAM's unique ids: a prefix such as AROA and 17 letters and digits. */
export function iamId(prefix: string, seed: IdSeed): string {
  return prefix + shortId(seed, 17, prefix).toUpperCase();
}

function digestOf(seed: IdSeed, purpose: string): string {
  const text = [seed.accountId, seed.region, seed.stackName, seed.logicalId, purpose].join('\n');
  return createHash('sha256').update(text).digest('hex');
}
