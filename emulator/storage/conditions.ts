// Conditional requests as S3 evaluates them. [V], precedence [D].
import type { AwsFault } from '../aws/fault.ts';
import { faults } from './faults.ts';
import type { WritePrecondition } from './object-store.ts';

type Headers = ReadonlyMap<string, string>;

/** The condition that does not hold. If-None-Match and If-Modified-Since end in 304 on a read, in 412 on a copy. */
export type FailedCondition = 'If-Match' | 'If-Unmodified-Since' | 'If-None-Match' | 'If-Modified-Since';

export interface ConditionTarget {
  readonly etag: string;
  /** Milliseconds, a whole second. */
  readonly lastModified: number;
}

/** `prefix` is '' for GET and HEAD, 'x-amz-copy-source-' for the source of a copy. Null when the request goes on. */
export function failedReadCondition(headers: Headers, prefix: string, target: ConditionTarget, now: number): FailedCondition | null {
  const ifMatch = headers.get(`${prefix}if-match`);
  const ifNoneMatch = headers.get(`${prefix}if-none-match`);
  if (ifMatch !== undefined) {
    // A true If-Match beats If-Unmodified-Since [D].
    if (!matchesEtag(ifMatch, target.etag)) return 'If-Match';
  } else {
    const since = httpDate(headers.get(`${prefix}if-unmodified-since`));
    if (since !== null && target.lastModified > since) return 'If-Unmodified-Since';
  }
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, target.etag) ? 'If-None-Match' : null;
  const since = httpDate(headers.get(`${prefix}if-modified-since`));
  // Equal counts as not modified; a moment in the future is ignored [V].
  return since !== null && since <= now && target.lastModified <= since ? 'If-Modified-Since' : null;
}

/** What a PUT or a copy's target demands; 501 for values that S3 does not take [V]. */
export function writePreconditionOf(headers: Headers): WritePrecondition | AwsFault {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    return faults.headerNotImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request'); // [M]
  }
  if (ifNoneMatch !== undefined) return ifNoneMatch === '*' ? { kind: 'mustNotExist' } : notAccepted('If-None-Match');
  if (ifMatch !== undefined) return ifMatch === '*' ? notAccepted('If-Match') : { kind: 'mustMatch', etag: unquoted(ifMatch) };
  return { kind: 'none' };
}

/** The fault of a precondition that does not hold, from what the store has; null when it does. */
export function writePreconditionFault(precondition: WritePrecondition, key: string, existingEtag: string | null): AwsFault | null {
  switch (precondition.kind) {
    case 'none':
      return null;
    case 'mustNotExist':
      return existingEtag === null ? null : faults.preconditionFailed('If-None-Match');
    case 'mustMatch':
      if (existingEtag === null) return faults.noSuchKey(key);
      return existingEtag === precondition.etag ? null : faults.preconditionFailed('If-Match');
  }
}

/** A list of ETags, with or without quotes and weak marks; `*` matches everything. */
export function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some((item) => {
    const value = item.trim();
    return value === '*' || unquoted(value.replace(/^W\//, '')) === etag;
  });
}

function notAccepted(header: string): AwsFault {
  return faults.headerNotImplemented(header, `We don't accept the provided value of ${header} header for this API`);
}

function unquoted(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, '$1');
}

/** Milliseconds, or null for none or one that no HTTP date is. */
function httpDate(value: string | undefined): number | null {
  const milliseconds = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(milliseconds) ? null : milliseconds;
}
