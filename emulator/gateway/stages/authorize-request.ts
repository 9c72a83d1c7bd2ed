// May this caller invoke this method? The API's resource policy, then AWS_IAM or a Lambda authorizer.
import type { AuthorizerDecision } from '../../authorizer/create-authorizer.ts';
import { conditionContext } from '../condition-context.ts';
import { denialTexts, maskAccount, resourcePolicyDenials } from '../denial-texts.ts';
import type { Gateway } from '../gateway.ts';
import { methodArnBytesMax } from '../gateway-limits.ts';
import type { GatewayResponseType } from '../gateway-response-types.ts';
import { type Refusal, refuse, refuseFixed } from '../refusal.ts';
import { requestForAuthorizer } from '../request-for-authorizer.ts';
import type { AuthorizedRequest, RoutedRequest } from '../request-stages.ts';
import { evaluateAnonymous } from '../resource-policy.ts';
import type { SignatureRefusal } from '../verify-api-signature.ts';

export async function authorizeRequest(gateway: Gateway, request: RoutedRequest): Promise<AuthorizedRequest | Refusal> {
  const { authorization } = request.route;
  if (authorization.type !== 'NONE' && Buffer.byteLength(request.methodArn) > methodArnBytesMax) return refuseFixed('URI_TOO_LONG');
  if (authorization.type === 'AWS_IAM') return authorizeSigned(gateway, request);
  const refusal = refuseByPolicy(gateway, request);
  if (refusal !== null) return refusal;
  if (authorization.type === 'NONE') return { ...request, caller: { kind: 'anonymous' } };
  return authorizeByFunction(gateway, request, authorization.authorizer);
}

function refuseByPolicy({ api, denialTexts: texts }: Gateway, request: RoutedRequest): Refusal | null {
  const { policy, region, accountId } = api;
  if (policy === null) return null;
  const { methodArn } = request;
  const decision = evaluateAnonymous({ policy, methodArn, accountId, context: conditionContext(request, region) });
  if (decision.allowed) return null;
  const text = `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${methodArn}`;
  return refuse('ACCESS_DENIED', { message: maskAccount(`${text}${resourcePolicyDenials[texts][decision.reason]}`) });
}

async function authorizeSigned(gateway: Gateway, request: RoutedRequest): Promise<AuthorizedRequest | Refusal> {
  const { method, rawUrl, rawHeaders, body } = request;
  const verified = await gateway.verifySignature({ method, rawUrl, rawHeaders, body });
  if (!verified.ok) return signatureRefusal(verified);
  const { principal, accessKeyId } = verified;
  const { policy, region } = gateway.api;
  const context = conditionContext(request, region);
  const { allowed, message } = verified.authorize(request.methodArn, 'execute-api:Invoke', policy, context);
  if (!allowed) return refuse('ACCESS_DENIED', { message: maskAccount(message) });
  const { accountId, userId, arn } = principal;
  return { ...request, caller: { kind: 'iam', accessKeyId, accountId, userId, arn } };
}

/** The gateway response type behind each error is inferred from AWS's descriptions of the types. [M] */
const signatureResponseTypes: Readonly<Record<string, GatewayResponseType>> = {
  MissingAuthenticationTokenException: 'MISSING_AUTHENTICATION_TOKEN',
  ExpiredTokenException: 'EXPIRED_TOKEN',
  AccessDeniedException: 'ACCESS_DENIED',
};

function signatureRefusal({ errorType, message, status }: SignatureRefusal): Refusal {
  const type = Object.hasOwn(signatureResponseTypes, errorType) ? signatureResponseTypes[errorType] : undefined;
  return refuse(type ?? 'INVALID_SIGNATURE', { errorType, message, status });
}

async function authorizeByFunction(gateway: Gateway, request: RoutedRequest, name: string): Promise<AuthorizedRequest | Refusal> {
  const span = gateway.tracer.span(request.traceId, 'authorizer');
  const authorizer = gateway.api.findAuthorizer(name, request.stage.stageName);
  const decision = await authorizer.authorize(requestForAuthorizer(gateway.api, request)).finally(() => span.end());
  span.annotate({
    outcome: decision.kind,
    ...('cacheHit' in decision && { cacheHit: decision.cacheHit }),
    ...('effect' in decision && { effect: decision.effect }),
  });
  return applyDecision(gateway, request, decision);
}

function applyDecision(gateway: Gateway, request: RoutedRequest, decision: AuthorizerDecision): AuthorizedRequest | Refusal {
  switch (decision.kind) {
    case 'allowed': {
      const { principalId, context, integrationLatencyMs } = decision;
      return { ...request, caller: { kind: 'authorizer', principalId, context, integrationLatencyMs } };
    }
    case 'denied':
      return refuse('ACCESS_DENIED', { message: denialTexts[gateway.denialTexts][decision.effect] });
    case 'unauthorized':
      return refuse('UNAUTHORIZED');
    case 'misconfigured':
      return refuse('AUTHORIZER_CONFIGURATION_ERROR', { reason: decision.reason });
  }
}
