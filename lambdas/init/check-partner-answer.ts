// The partner's answer is another company's data: nothing of it goes on before its shape and its times are checked.
import { initError } from './init-errors.ts';

export interface IssuedToken {
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

/** The reasons of the contract, each an error code of ours. INVALID_REQUEST is not among them: init sends valid requests only. */
const reasons = ['SUBSCRIPTION_NOT_FOUND', 'SUBSCRIPTION_ENDED', 'PRODUCT_NOT_SUBSCRIBED', 'CALLER_NOT_RECOGNISED'] as const;

/** Three base64url parts; the last is 64 bytes, as ES256 has it. The same bounds as the authorizer's expression in infra/customer.yaml. */
const tokenPattern = /^[A-Za-z0-9_-]{16,1024}\.[A-Za-z0-9_-]{16,3072}\.[A-Za-z0-9_-]{86}$/;
const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** Tokens live 15 minutes at most; a minute more for clocks that differ. */
const lifetimeMsMax = 16 * 60_000;

/**
 * Members that are not known are ignored, so that the partner can add some.
 * @throws HttpError PARTNER_ANSWER_INVALID, or the partner's reason as a 403
 */
export function checkPartnerAnswer(payload: string, nowMs: number): IssuedToken {
  const answer = parse(payload);
  if (typeof answer !== 'object' || answer === null) throw initError('PARTNER_ANSWER_INVALID');
  const { ok, reason, token, expiresAt } = answer as Record<string, unknown>;
  if (ok === false) throw initError(reasons.find((known) => known === reason) ?? 'PARTNER_ANSWER_INVALID');
  if (ok !== true || typeof token !== 'string' || !tokenPattern.test(token)) throw initError('PARTNER_ANSWER_INVALID');
  if (typeof expiresAt !== 'string' || !isoPattern.test(expiresAt)) throw initError('PARTNER_ANSWER_INVALID');
  const lifetimeMs = Date.parse(expiresAt) - nowMs;
  if (!(lifetimeMs > 0 && lifetimeMs <= lifetimeMsMax)) throw initError('PARTNER_ANSWER_INVALID');
  return { token, expiresAt };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw initError('PARTNER_ANSWER_INVALID', error);
  }
}
