// `$context`, `$stageVariables` and `method.request` as templates and parameters of responses may read them.
import type { RestApi } from '../template/api-definition.ts';
import type { GatewayRefusal } from './refusal.ts';
import { formatRequestTime, identityOf } from './request-context.ts';
import type { AuthorizedRequest, ParsedRequest, RoutedRequest } from './request-stages.ts';

/** Everything a variable can come from: the request as far as it got, and the refusal it ended in, if any. */
export interface VariableScope {
  readonly api: RestApi;
  readonly accountId: string;
  readonly deploymentId: string;
  readonly domainName: string;
  readonly request: ParsedRequest | RoutedRequest | AuthorizedRequest;
  /** The refusal with its message settled: `message` is what the caller is told. */
  readonly error: { readonly type: GatewayRefusal['type']; readonly message: string | null; readonly validationError?: string } | null;
}

type ReadVariable = (scope: VariableScope) => string | undefined;

/** Those that are emulated; a template that names another one is refused at start. */
const contextVariables: Readonly<Record<string, ReadVariable>> = {
  accountId: ({ accountId }) => accountId,
  apiId: ({ api }) => api.apiId,
  deploymentId: ({ deploymentId }) => deploymentId,
  domainName: ({ domainName }) => domainName,
  domainPrefix: ({ api }) => api.apiId,
  'error.message': ({ error }) => error?.message ?? undefined,
  'error.messageString': ({ error }) => (error ? JSON.stringify(error.message) : undefined),
  'error.responseType': ({ error }) => error?.type,
  'error.validationErrorString': ({ error }) => error?.validationError,
  extendedRequestId: ({ request }) => request.extendedRequestId,
  httpMethod: ({ request }) => ('route' in request ? request.httpMethod : request.method),
  path: ({ request }) => request.rawPath,
  protocol: ({ request }) => `HTTP/${request.httpVersion}`,
  requestId: ({ request }) => request.requestId,
  requestTime: ({ request }) => formatRequestTime(request.receivedAt),
  requestTimeEpoch: ({ request }) => String(request.receivedAt),
  resourceId: ({ request }) => ('route' in request ? request.route.resourceId : undefined),
  resourcePath: ({ request }) => ('route' in request ? request.route.resourcePath : undefined),
  stage: ({ request }) => ('stage' in request ? request.stage.stageName : undefined),
  xrayTraceId: ({ request }) => request.traceId,
  'authorizer.principalId': ({ request }) => authorizerOf(request)?.principalId,
  'authorizer.integrationLatency': ({ request }) => authorizerOf(request)?.integrationLatencyMs.toString(),
};

const identityVariables = ['accessKey', 'accountId', 'caller', 'sourceIp', 'user', 'userAgent', 'userArn'] as const;

/** Compiles `context` path -> reader, or null where API Gateway or we have no such variable. */
export function readContextVariable(path: string): ReadVariable | null {
  const known = Object.hasOwn(contextVariables, path) ? contextVariables[path] : undefined;
  if (known) return known;
  const identity = identityVariables.find((name) => path === `identity.${name}`);
  if (identity) return ({ request }) => identityOf(request, callerOf(request))[identity] ?? undefined;
  if (path.startsWith('authorizer.')) {
    const name = path.slice('authorizer.'.length);
    return ({ request }) => {
      const context = authorizerOf(request)?.context;
      return context && Object.hasOwn(context, name) ? context[name] : undefined;
    };
  }
  return null;
}

/**
 * Compiles an expression without `$`: context.x, stageVariables.x, method.request.header.x, .querystring.x, .path.x.
 * Null where there is no such thing.
 */
export function readVariable(expression: string): ReadVariable | null {
  const [, prefix, name] = /^(context|stageVariables|method\.request\.(?:header|querystring|path))\.(.+)$/.exec(expression) ?? [];
  if (prefix === undefined || name === undefined) return null;
  switch (prefix) {
    case 'context':
      return readContextVariable(name);
    case 'stageVariables':
      return ({ request }) =>
        'stage' in request && Object.hasOwn(request.stage.variables, name) ? request.stage.variables[name] : undefined;
    case 'method.request.header':
      return ({ request }) => request.headers.last(name);
    case 'method.request.querystring':
      return ({ request }) => request.query.get(name)?.at(-1);
    default:
      return ({ request }) =>
        'pathParameters' in request && Object.hasOwn(request.pathParameters, name) ? request.pathParameters[name] : undefined;
  }
}

function callerOf(request: VariableScope['request']) {
  return 'caller' in request ? request.caller : ({ kind: 'anonymous' } as const);
}

function authorizerOf(request: VariableScope['request']) {
  const caller = callerOf(request);
  return caller.kind === 'authorizer' ? caller : null;
}
