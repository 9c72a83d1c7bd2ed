// A Lambda authorizer of one stage: identity source -> validation expression -> cache -> invoke -> policy against this request.
import type { Clock } from '../clock.ts';
import { AirlockError } from '../errors.ts';
import type { FunctionInvoker } from '../functions/outcome.ts';
import { evaluateDocuments } from '../iam/evaluate.ts';
import { authorizerCacheEntriesMax, authorizerTtlSecondsMax, integrationTimeoutMs } from '../limits.ts';
import type { AuthorizerDefinition } from '../template/api-definition.ts';
import { cacheKey, createAuthorizerCache } from './authorizer-cache.ts';
import { requestEvent, tokenEvent } from './authorizer-event.ts';
import type { AuthorizerGrant } from './authorizer-grant.ts';
import { type AuthorizerOutcome, authorizerOutcome } from './authorizer-outcome.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import { compileIdentitySources } from './identity-source.ts';
import { compileValidationExpression } from './validation-expression.ts';

export type AuthorizerDecision =
  | {
      readonly kind: 'allowed';
      readonly principalId: string;
      readonly context: Readonly<Record<string, string>>;
      /** Whole milliseconds the function took; 0 on a cache hit. */
      readonly integrationLatencyMs: number;
      readonly cacheHit: boolean;
    }
  | { readonly kind: 'denied'; readonly effect: 'explicitDeny' | 'implicitDeny'; readonly cacheHit: boolean }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'misconfigured'; readonly reason: string };

export interface Authorizer {
  /** Rejects only for a bug; every way an authorizer function can fail is a decision. */
  authorize(request: AuthorizerRequest): Promise<AuthorizerDecision>;
  /** What API Gateway's FlushStageAuthorizersCache does to each authorizer of a stage. */
  flushCache(): void;
}

export interface AuthorizerOptions {
  readonly definition: AuthorizerDefinition;
  readonly invoker: FunctionInvoker;
  /** Whether the function's resource policy lets API Gateway invoke it for this authorizer. */
  readonly mayInvoke: () => boolean;
  readonly clock: Clock;
  /** AWS's own limit for REST is not documented; ours is the integration's. [M] */
  readonly timeoutMs?: number;
}

/** @throws AirlockError BAD_TEMPLATE for what API Gateway would refuse at deployment, or what is not emulated. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { definition, clock } = options;
  const sources = compileIdentitySources(definition);
  const matchesExpression = compileValidationExpression(definition);
  checkDefinition(definition, sources.length);
  const cache = createAuthorizerCache<AuthorizerGrant>({
    ttlMs: definition.resultTtlSeconds * 1000,
    entriesMax: authorizerCacheEntriesMax,
    clock,
  });
  const identityRequired = definition.type === 'TOKEN' || definition.resultTtlSeconds > 0;

  return {
    async authorize(request) {
      const identity = sources.map((source) => source(request));
      // The last value counts: it is the one the event's `headers` shows.
      if (identityRequired && identity.some((values) => !values.at(-1))) return { kind: 'unauthorized' };
      const token = identity[0]?.at(-1) ?? '';
      if (definition.type === 'TOKEN' && !matchesExpression(token)) return { kind: 'unauthorized' };

      const key = definition.resultTtlSeconds > 0 ? cacheKey(identity) : null;
      const cached = key === null ? undefined : cache.get(key);
      if (cached) return decide(cached, request, { cacheHit: true, integrationLatencyMs: 0 });

      // Concurrent misses each invoke, as AWS may: the event holds this request's own methodArn, so an answer made for
      // another request is used only once it is the cached one, and one failed invocation fails one request.
      const { generation } = cache;
      const startedAt = performance.now();
      const payload = definition.type === 'TOKEN' ? tokenEvent(request, token) : requestEvent(request);
      const outcome = await invokeAuthorizer(options, payload, request.traceHeader);
      if (outcome.kind !== 'granted') return outcome;
      if (key !== null) cache.set(key, outcome.grant, generation);
      return decide(outcome.grant, request, { cacheHit: false, integrationLatencyMs: Math.round(performance.now() - startedAt) });
    },
    flushCache: () => cache.flush(),
  };
}

/** A cached policy is evaluated again for each request's own methodArn: `Resource: event.methodArn` denies the next path. */
function decide(
  grant: AuthorizerGrant,
  request: AuthorizerRequest,
  { cacheHit, integrationLatencyMs }: { readonly cacheHit: boolean; readonly integrationLatencyMs: number },
): AuthorizerDecision {
  const effect = evaluateDocuments([grant.policy], {
    action: 'execute-api:Invoke',
    resource: request.methodArn,
    context: request.conditionContext,
  });
  if (effect !== 'allowed') return { kind: 'denied', effect, cacheHit };
  return { kind: 'allowed', principalId: grant.principalId, context: grant.context, integrationLatencyMs, cacheHit };
}

async function invokeAuthorizer(options: AuthorizerOptions, payload: string, traceHeader: string): Promise<AuthorizerOutcome> {
  const { definition, invoker, mayInvoke, timeoutMs = integrationTimeoutMs } = options;
  if (!mayInvoke()) return { kind: 'misconfigured', reason: `API Gateway has no permission to invoke ${definition.functionArn}` };
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<'timedOut'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'timedOut');
  });
  try {
    const invocation = await Promise.race([invoker.invoke({ functionArn: definition.functionArn, payload, traceHeader }), timedOut]);
    if (invocation === 'timedOut') return { kind: 'misconfigured', reason: `no answer within ${timeoutMs} ms` };
    return authorizerOutcome(invocation);
  } finally {
    clearTimeout(timer);
  }
}

function checkDefinition(definition: AuthorizerDefinition, sourceCount: number): void {
  const { location, name, resultTtlSeconds, type, credentialsRoleArn } = definition;
  const at = `${location.file}:${location.line}: authorizer ${name}`;
  if (!Number.isInteger(resultTtlSeconds) || resultTtlSeconds < 0 || resultTtlSeconds > authorizerTtlSecondsMax) {
    throw new AirlockError(
      'BAD_TEMPLATE',
      `${at} has the TTL ${resultTtlSeconds}.`,
      `authorizerResultTtlInSeconds is a whole number from 0 to ${authorizerTtlSecondsMax}.`,
    );
  }
  if (type === 'REQUEST' && resultTtlSeconds > 0 && sourceCount === 0) {
    throw new AirlockError('BAD_TEMPLATE', `${at} caches and has no identity source.`, 'Name one in identitySource, or set the TTL to 0.');
  }
  if (credentialsRoleArn !== null) {
    throw new AirlockError(
      'BAD_TEMPLATE',
      `${at} is invoked through a role (authorizerCredentials), which is not emulated.`,
      'Use AWS::Lambda::Permission with SourceArn .../authorizers/* instead.',
    );
  }
}
