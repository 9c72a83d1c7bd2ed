// A routed request as an authorizer sees it.
import type { AuthorizerRequest } from '../authorizer/authorizer-request.ts';
import type { CompiledApi } from './compile-api.ts';
import { conditionContext } from './condition-context.ts';
import { readContextVariable } from './context-variables.ts';
import { eventHeaders, eventQuery } from './event-maps.ts';
import { buildRequestContext } from './request-context.ts';
import type { RoutedRequest } from './request-stages.ts';
import { traceHeader } from './trace-header.ts';

export function requestForAuthorizer(api: CompiledApi, request: RoutedRequest): AuthorizerRequest {
  return {
    methodArn: request.methodArn,
    stageVariables: request.stage.variables,
    headerValues: (name) => request.headers.values(name),
    queryValues: (name) => request.query.get(name) ?? [],
    contextVariable: (path) => readContextVariable(path)?.({ ...api, request, error: null }),
    conditionContext: conditionContext(request, api.region),
    traceHeader: traceHeader(request),
    describe: () => ({
      resource: request.route.resourcePath,
      path: request.path,
      httpMethod: request.httpMethod,
      ...eventHeaders(request),
      ...eventQuery(request.query),
      pathParameters: request.pathParameters,
      stageVariables: request.stage.variables,
      requestContext: buildRequestContext(api, request, { kind: 'anonymous' }),
    }),
  };
}
