// The event of an AWS_PROXY integration, REST API format: there is no `version` key, and what is empty is null.
import type { CompiledApi } from './compile-api.ts';
import { eventHeaders, eventQuery } from './event-maps.ts';
import { mediaTypeOf } from './media-types.ts';
import { buildRequestContext } from './request-context.ts';
import type { AuthorizedRequest } from './request-stages.ts';

/** JSON text. Source: recorded, LocalStack test_lambda_aws_proxy_integration. */
export function proxyEvent(api: CompiledApi, request: AuthorizedRequest): string {
  const { headers, multiValueHeaders } = eventHeaders(request);
  const { queryStringParameters, multiValueQueryStringParameters } = eventQuery(request.query);
  const hasQuery = request.query.size > 0;
  return JSON.stringify({
    resource: request.route.resourcePath,
    path: request.path,
    httpMethod: request.httpMethod,
    headers,
    multiValueHeaders,
    queryStringParameters: hasQuery ? queryStringParameters : null,
    multiValueQueryStringParameters: hasQuery ? multiValueQueryStringParameters : null,
    pathParameters: nullIfEmpty(request.pathParameters),
    stageVariables: nullIfEmpty(request.stage.variables),
    requestContext: buildRequestContext(api, request, request.caller),
    ...eventBody(api, request),
  });
}

function eventBody(api: CompiledApi, request: AuthorizedRequest) {
  if (request.body.length === 0) return { body: null, isBase64Encoded: false };
  const isBase64Encoded = api.isBinary(mediaTypeOf(request.headers.last('content-type')));
  // Bytes that are no UTF-8 become U+FFFD, as on AWS: the data is lost.
  return { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

function nullIfEmpty(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  for (const _name in map) return map;
  return null;
}
