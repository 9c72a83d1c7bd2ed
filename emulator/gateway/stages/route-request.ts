// The stage of the API, then the resource and method. What is not found answers as an unsigned call would.
import type { CompiledApi } from '../compile-api.ts';
import { type Refusal, refuseFixed } from '../refusal.ts';
import type { ParsedRequest, RoutedRequest } from '../request-stages.ts';
import { unknownRoute } from '../unknown-route.ts';

export function routeRequest(api: CompiledApi, request: ParsedRequest): RoutedRequest | Refusal {
  const [, stageName = '', rest = ''] = /^\/+([^/]*)(.*)$/s.exec(request.rawPath) ?? [];
  const stage = api.stages.get(stageName);
  if (!stage) return refuseFixed('UNKNOWN_STAGE');
  // Extra slashes in front are collapsed in `path` and kept in requestContext.path (recorded); inner ones are kept in both.
  const path = `/${rest.replace(/^\/+/, '')}`;
  // Source: AWS "Known issues": X-HTTP-Method-Override changes the method that is routed. A signature covers the one sent.
  const httpMethod = request.headers.last('x-http-method-override')?.toUpperCase() || request.method;
  const match = api.findRoute(path, httpMethod);
  if (!match) return unknownRoute(request.headers.last('authorization'));
  const { route, pathParameters } = match;
  const methodArn = `${api.apiArn}/${stage.stageName}/${httpMethod}${path}`;
  return { ...request, stage, httpMethod, path, route, pathParameters, methodArn };
}
