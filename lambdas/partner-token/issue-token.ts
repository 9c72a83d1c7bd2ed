// One token for one subscriber: which alias was invoked -> its subscription record -> the decision -> a signed token.
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { logLine } from '../log/log-line.ts';
import { callerAlias, type Self } from './caller-alias.ts';
import { decide, type RefusalReason } from './decide.ts';
import { readSubscription, type SendGetObject } from './read-subscription.ts';
import type { SignToken } from './sign-token.ts';

/** The contract with the customer's init function (contracts/): a closed union. Failures of our own parts are thrown, never returned. */
export type TokenAnswer =
  | { readonly ok: true; readonly token: string /** ISO 8601, UTC. */; readonly expiresAt: string }
  | { readonly ok: false; readonly reason: RefusalReason | 'CALLER_NOT_RECOGNISED' | 'INVALID_REQUEST' };

export interface TokenFunctionOptions {
  readonly self: Self;
  readonly bucket: string;
  readonly issuer: string;
  readonly lifetimeSeconds: number;
  readonly sendGetObject: SendGetObject;
  readonly sign: SignToken;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const productCodePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws TokenFunctionError, code only, where the records or the key cannot be used */
export function createTokenFunction(options: TokenFunctionOptions) {
  return async (event: unknown, context: Pick<Context, 'invokedFunctionArn' | 'awsRequestId'>): Promise<TokenAnswer> => {
    const answer = await issueToken(options, event, context.invokedFunctionArn);
    logLine({ code: answer.ok ? 'TOKEN_ISSUED' : answer.reason, invocationId: context.awsRequestId });
    return answer;
  };
}

async function issueToken(options: TokenFunctionOptions, event: unknown, invokedFunctionArn: string): Promise<TokenAnswer> {
  // Who is calling is proved by the alias alone. Whatever the payload says of the caller is not looked at.
  const aliasId = callerAlias(invokedFunctionArn, options.self);
  if (aliasId === null) return { ok: false, reason: 'CALLER_NOT_RECOGNISED' };
  const productCode = productCodeOf(event);
  if (productCode === null) return { ok: false, reason: 'INVALID_REQUEST' };

  const subscription = await readSubscription(options, aliasId);
  const issuedAt = Math.floor(options.now() / 1_000);
  const decision = decide(subscription, { productCode, issuedAt, lifetimeSeconds: options.lifetimeSeconds });
  if (!decision.ok) return decision;

  const { accountId, expiresAt } = decision;
  const claims = { iss: options.issuer, sub: accountId, aud: productCode, iat: issuedAt, exp: expiresAt, jti: randomUUID() };
  return { ok: true, token: await options.sign(claims), expiresAt: new Date(expiresAt * 1_000).toISOString() };
}

/** Other members are ignored; `callerProof` is reserved for a signed GetCallerIdentity. */
function productCodeOf(event: unknown): string | null {
  const productCode = (event as { productCode?: unknown } | null)?.productCode;
  return typeof productCode === 'string' && productCodePattern.test(productCode) ? productCode : null;
}
