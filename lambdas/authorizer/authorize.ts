// One token in, one policy out. API Gateway keeps the policy for the TTL and applies it to every call with the same token.
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent, Context } from 'aws-lambda';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { logLine } from '../log/log-line.ts';
import { parseMethodArn } from './parse-method-arn.ts';
import { verifyToken } from './verify-token.ts';

export interface AuthorizerOptions {
  readonly jwks: JSONWebKeySet;
  readonly issuer: string;
  /** The product code. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * - Anything wrong with the token, a foreign issuer or audience included, is 401 and not cached: it is `invalid_token` of RFC 6750 3.1,
 *   and what helps is a new token from /init.
 * - A token that is genuine and valid but was issued to another account is 403 (Deny, cached): a new token would not help its holder.
 * @throws Error('Unauthorized'): API Gateway answers 401 for exactly this message, and 500 for any other
 */
export function createAuthorizer({ jwks, issuer, audience, now }: AuthorizerOptions) {
  const keys = createLocalJWKSet(jwks);
  return async (event: APIGatewayTokenAuthorizerEvent, context: Pick<Context, 'awsRequestId'>): Promise<APIGatewayAuthorizerResult> => {
    const beganAtMs = performance.now();
    const log = (code: string) =>
      logLine({ code, invocationId: context.awsRequestId, durationMs: Math.round(performance.now() - beganAtMs) });
    const method = parseMethodArn(event.methodArn);
    const verification = await verifyToken(event.authorizationToken, { keys, issuer, audience, now: new Date(now()) });
    if (!verification.ok) {
      log(verification.code);
      throw new Error('Unauthorized');
    }
    const { token } = verification;
    const allowed = token.subject === method.accountId;
    log(allowed ? 'TOKEN_ACCEPTED' : 'TOKEN_OF_ANOTHER_ACCOUNT');
    return {
      principalId: token.subject,
      policyDocument: {
        Version: '2012-10-17',
        // Not event.methodArn: the answer is cached per token, so it must not depend on the call that happened to come first.
        // Every method that shares this authorizer has to be listed here.
        Statement: [
          {
            Effect: allowed ? 'Allow' : 'Deny',
            Action: 'execute-api:Invoke',
            Resource: [`${method.stageArn}/POST/request`, `${method.stageArn}/GET/request/*`],
          },
        ],
      },
      // Strings only: REST APIs make strings of all values, and refuse objects.
      context: {
        subject: token.subject,
        productCode: token.productCode,
        tokenExpiresAt: String(token.expiresAt),
        tokenId: token.tokenId,
      },
    };
  };
}
