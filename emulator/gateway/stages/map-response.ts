// The function's result, or the mock's response, as an answer to the client.
import type { CompiledApi } from '../compile-api.ts';
import type { MockResponse } from '../compile-mock.ts';
import { firstAccepted } from '../media-types.ts';
import { type ProxyResult, readProxyResult } from '../proxy-result.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { AuthorizedRequest, GatewayAnswer } from '../request-stages.ts';
import { responseHeaders } from '../response-headers.ts';
import type { IntegrationResult } from './invoke-integration.ts';

type Header = readonly [name: string, value: string];

export function mapResponse(api: CompiledApi, request: AuthorizedRequest, result: IntegrationResult): GatewayAnswer | Refusal {
  return result.from === 'function' ? mapFunctionResult(api, request, result.payload) : mapMockResponse(api, request, result.response);
}

function mapFunctionResult(api: CompiledApi, request: AuthorizedRequest, payload: string): GatewayAnswer | Refusal {
  const result = readProxyResult(payload);
  if ('malformed' in result) return refuse('INTEGRATION_FAILURE', { reason: `Malformed Lambda proxy response: ${result.malformed}` });
  const own = responseHeaders(result.headers);
  if (own === null) return refuse('INTEGRATION_FAILURE', { reason: 'Malformed Lambda proxy response: a header cannot be sent' });
  const body = decodeBody(api, request, result);
  if (body === null) return refuse('API_CONFIGURATION_ERROR', { reason: 'isBase64Encoded is true and the body is not base64' });
  const headers: readonly Header[] = [
    ...withContentType(own, result.suppressesContentType),
    ...ids(request),
    ['X-Amzn-Trace-Id', `Root=${request.traceId}`],
  ];
  return { status: result.status, headers, body };
}

/** Bytes only where isBase64Encoded, and the first type the request accepts is binary: the result's own type is not looked at. */
function decodeBody(api: CompiledApi, request: AuthorizedRequest, { body, isBase64Encoded }: ProxyResult): Buffer | string | null {
  if (!isBase64Encoded || !api.isBinary(firstAccepted(request.headers.last('accept')))) return body;
  // Node skips what is no base64 instead of failing.
  return body.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(body) ? Buffer.from(body, 'base64') : null;
}

function mapMockResponse(api: CompiledApi, request: AuthorizedRequest, response: MockResponse): GatewayAnswer | Refusal {
  const scope = { ...api, request, error: null };
  const own = responseHeaders(response.headers.map(([name, read]) => [name, read(scope) ?? ''] as const));
  if (own === null) return refuse('API_CONFIGURATION_ERROR', { reason: 'a header of the mock cannot be sent' });
  const accepted = firstAccepted(request.headers.last('accept'));
  const template = response.bodies.get(accepted) ?? response.bodies.get('application/json') ?? response.bodies.values().next().value;
  return { status: response.status, headers: [...withContentType(own, false), ...ids(request)], body: template?.(scope) ?? '' };
}

function withContentType(headers: readonly Header[], isSuppressed: boolean): readonly Header[] {
  const isSet = isSuppressed || headers.some(([name]) => name.toLowerCase() === 'content-type');
  return isSet ? headers : [['Content-Type', 'application/json'], ...headers];
}

function ids(request: AuthorizedRequest): readonly Header[] {
  return [
    ['x-amzn-RequestId', request.requestId],
    ['x-amz-apigw-id', request.extendedRequestId],
  ];
}
