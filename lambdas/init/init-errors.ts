// Every error init answers with. The partner's reasons keep their names, so that the caller sees which of them it was.
import { HttpError } from '../http/http-error.ts';

const errors = {
  INVALID_REQUEST_BODY: [400, 'The body must be a JSON object with a productCode and nothing else.'],
  SUBSCRIPTION_NOT_FOUND: [403, 'The partner knows no subscription of this account.'],
  SUBSCRIPTION_ENDED: [403, 'The subscription of this account has ended.'],
  PRODUCT_NOT_SUBSCRIBED: [403, 'The subscription of this account does not cover this product.'],
  CALLER_NOT_RECOGNISED: [403, 'The partner did not recognise this account.'],
  PARTNER_UNAVAILABLE: [502, 'The partner could not issue a token. Try again later.'],
  PARTNER_ANSWER_INVALID: [502, 'The partner answered with something that is not a token.'],
} as const;

export type InitErrorCode = keyof typeof errors;

export function initError(code: InitErrorCode, cause?: unknown): HttpError {
  const [status, message] = errors[code];
  return new HttpError({ status, code, message }, cause === undefined ? undefined : { cause });
}
