// Headers and query of an event: single and multi-value maps, without what API Gateway keeps to itself.
import type { QueryParameters } from './parse-query.ts';
import type { RoutedRequest } from './request-stages.ts';

/**
 * Sources: AWS "API Gateway important notes", header table [S]; Content-Length and Connection absent in the recording
 * (LocalStack test_lambda_aws_proxy_integration), although the table passes Content-Length.
 */
const droppedHeaders = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/** Set by the service: whatever the client sends under these names is replaced. */
const serviceHeaders = new Set(['x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto']);

export interface EventHeaders {
  /** The last value of each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

export function eventHeaders(request: RoutedRequest): EventHeaders {
  const headers = createMap<string>();
  const multiValueHeaders = createMap<readonly string[]>();
  const set = (name: string, values: readonly string[]) => {
    headers[name] = values.at(-1) ?? '';
    multiValueHeaders[name] = values;
  };
  for (const { name, lowerName, values } of request.headers.entries) {
    if (droppedHeaders.has(lowerName) || serviceHeaders.has(lowerName)) continue;
    if (lowerName === 'authorization' && hidesAuthorization(request, values)) continue;
    set(name, values);
  }
  // Regional endpoint: one hop. A client's own X-Forwarded-For stays in front. [M]
  set('X-Forwarded-For', [[...request.headers.values('x-forwarded-for'), request.sourceIp].join(', ')]);
  set('X-Forwarded-Port', ['443']);
  set('X-Forwarded-Proto', ['https']);
  set('X-Amzn-Trace-Id', [`Root=${request.traceId}`]);
  return { headers, multiValueHeaders };
}

/** Dropped where it is a signature, or the method uses AWS_IAM. Source: AWS "Known issues". */
function hidesAuthorization(request: RoutedRequest, values: readonly string[]): boolean {
  return request.route.authorization.type === 'AWS_IAM' || values.some((value) => value.startsWith('AWS4-'));
}

export interface EventQuery {
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
}

export function eventQuery(query: QueryParameters): EventQuery {
  const queryStringParameters = createMap<string>();
  const multiValueQueryStringParameters = createMap<readonly string[]>();
  for (const [name, values] of query) {
    queryStringParameters[name] = values.at(-1) ?? '';
    multiValueQueryStringParameters[name] = values;
  }
  return { queryStringParameters, multiValueQueryStringParameters };
}

/** Without a prototype: a client may name a parameter __proto__. */
function createMap<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}
