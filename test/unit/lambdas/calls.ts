// Proxy events as API Gateway makes them, reduced to what the handlers read.
import type { Call, InvocationContext } from '../../../lambdas/http/answer-call.ts';

export interface CallParts {
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Record<string, string>;
  readonly requestId?: string;
  readonly httpMethod?: string;
  readonly pathParameters?: Record<string, string>;
  readonly authorizer?: Record<string, unknown>;
}

export function callOf({
  body = null,
  isBase64Encoded = false,
  headers = {},
  requestId = 'gateway-request-1',
  httpMethod = 'POST',
  pathParameters,
  authorizer,
}: CallParts): Call {
  const requestContext = { requestId, authorizer, path: '/v1/request' } as unknown as Call['requestContext'];
  return { httpMethod, pathParameters: pathParameters ?? null, body, isBase64Encoded, headers, requestContext };
}

/** A function with `remainingMs` left; the time does not pass unless `remainingMs` is a function. */
export function contextOf(awsRequestId = 'invocation-1', remainingMs: number | (() => number) = 28_000): InvocationContext {
  return { awsRequestId, getRemainingTimeInMillis: () => (typeof remainingMs === 'number' ? remainingMs : remainingMs()) };
}
