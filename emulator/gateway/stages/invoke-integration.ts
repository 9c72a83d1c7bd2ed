// The function behind the method, or the mock. Each way a function can end is one answer of API Gateway.
import type { Invocation, InvokeRefusal } from '../../functions/outcome.ts';
import { functionRequestBytesMax } from '../../limits.ts';
import type { SpanFields } from '../../trace/tracer.ts';
import type { CompiledFunctionIntegration } from '../compile-api.ts';
import type { MockResponse } from '../compile-mock.ts';
import type { Gateway } from '../gateway.ts';
import { mediaTypeOf } from '../media-types.ts';
import { proxyEvent } from '../proxy-event.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { AuthorizedRequest } from '../request-stages.ts';
import { traceHeader } from '../trace-header.ts';

export type IntegrationResult =
  | { readonly from: 'function'; readonly payload: string }
  | { readonly from: 'mock'; readonly response: MockResponse };

export async function invokeIntegration(gateway: Gateway, request: AuthorizedRequest): Promise<IntegrationResult | Refusal> {
  const { integration } = request.route;
  if (integration.kind === 'function') return invokeFunction(gateway, request, integration);
  const mediaType = mediaTypeOf(request.headers.last('content-type')) || 'application/json';
  const response = integration.select(mediaType, { ...gateway.api, request, error: null });
  return response ? { from: 'mock', response } : refuse('API_CONFIGURATION_ERROR', { reason: 'the mock selects no response' });
}

async function invokeFunction(
  gateway: Gateway,
  request: AuthorizedRequest,
  { functionArn, isPost, sourcePath, timeoutMs }: CompiledFunctionIntegration,
): Promise<IntegrationResult | Refusal> {
  // Recorded: body of test_..._non_post_method.
  if (!isPost) return refuse('API_CONFIGURATION_ERROR', { reason: 'the integration method of a function has to be POST' });
  const sourceArn = `${gateway.api.apiArn}/${request.stage.stageName}/${request.httpMethod}${sourcePath}`;
  if (!gateway.mayInvoke(functionArn, sourceArn)) {
    return refuse('API_CONFIGURATION_ERROR', { reason: `API Gateway has no permission to invoke ${functionArn} as ${sourceArn}` });
  }
  const payload = proxyEvent(gateway.api, request);
  if (isTooLarge(payload)) return refuse('REQUEST_TOO_LARGE');
  const span = gateway.tracer.span(request.traceId, 'integration', { functionName: functionNameOf(functionArn) });
  const invoked = gateway.invoker.invoke({ functionArn, payload, traceHeader: traceHeader(request) });
  const invocation = await withinTime(invoked, timeoutMs).finally(() => span.end());
  // The function keeps running: only the answer is given up.
  if (invocation === 'timedOut') {
    span.annotate({ outcome: 'integrationTimedOut' });
    return refuse('INTEGRATION_TIMEOUT', { reason: `no answer within ${timeoutMs} ms` });
  }
  span.annotate(describe(invocation));
  return fromInvocation(invocation);
}

/** The timer ends with the race; a late answer or failure of `invoked` is no unhandled rejection, as the race has taken it. */
async function withinTime<Value>(invoked: Promise<Value>, timeoutMs: number): Promise<Value | 'timedOut'> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<'timedOut'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'timedOut');
  });
  return Promise.race([invoked, timedOut]).finally(() => clearTimeout(timer));
}

/**
 * A function that threw, crashed or returned too much is 502 [V], one that ran into its own timeout too [S]. A throttled function
 * is 500 by AWS's text; LocalStack believes 502. [M]
 */
function fromInvocation(invocation: Invocation | InvokeRefusal): IntegrationResult | Refusal {
  if ('kind' in invocation) {
    return refuse('INTEGRATION_FAILURE', { status: 500, reason: `the function could not be invoked: ${invocation.reason}` });
  }
  const { outcome } = invocation;
  switch (outcome.kind) {
    case 'returned':
      return { from: 'function', payload: outcome.payload };
    case 'threw':
    case 'timedOut':
    case 'crashed':
    case 'outOfMemory':
    case 'unserialisable':
      return refuse('INTEGRATION_FAILURE', { reason: `the function ended as ${outcome.kind} (${outcome.error.errorType})` });
  }
}

function describe(invocation: Invocation | InvokeRefusal): SpanFields {
  if ('kind' in invocation) return { outcome: invocation.reason };
  const { outcome, executedVersion, initDurationMs } = invocation;
  return { outcome: outcome.kind, executedVersion, coldStart: initDurationMs !== null };
}

/** A character has at most three bytes in UTF-8: most events need no counting. */
function isTooLarge(payload: string): boolean {
  return payload.length * 3 > functionRequestBytesMax && Buffer.byteLength(payload) > functionRequestBytesMax;
}

/** arn:aws:lambda:R:A:function:NAME[:QUALIFIER] */
function functionNameOf(functionArn: string): string {
  return functionArn.split(':')[6] ?? functionArn;
}
