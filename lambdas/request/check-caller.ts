// What the authorizer said of the caller, checked once more: API Gateway may have cached its answer for longer than the token lives.
import type { Call } from '../http/answer-call.ts';
import { requestError } from './request-errors.ts';

export interface Caller {
  /** The customer's account, from the token. */
  readonly subject: string;
}

/**
 * Without the authorizer's context nobody has looked at the token. That is a mistake in the API's template, which no token of the
 * caller mends, so it is a 500; and nothing gets through.
 * No tolerance here: the token is the partner's, but "expired" must mean the same to all.
 * @throws HttpError AUTHORIZER_MISSING, TOKEN_EXPIRED, SUBJECT_MISMATCH
 */
export function checkCaller(
  authorizer: Call['requestContext']['authorizer'] | undefined,
  { ownAccountId, nowMs }: { readonly ownAccountId: string; readonly nowMs: number },
): Caller {
  const { subject, tokenExpiresAt } = (authorizer ?? {}) as Record<string, unknown>;
  if (typeof subject !== 'string' || subject === '') throw requestError('AUTHORIZER_MISSING');
  if (typeof tokenExpiresAt !== 'string' || !/^\d{1,12}$/.test(tokenExpiresAt)) throw requestError('AUTHORIZER_MISSING');
  if (Number(tokenExpiresAt) * 1_000 <= nowMs) throw requestError('TOKEN_EXPIRED');
  if (subject !== ownAccountId) throw requestError('SUBJECT_MISMATCH');
  return { subject };
}
