// requestContext of an event, and the parts of it that $context shares.

import type { ApiIdentity } from './compile-api.ts';
import type { AuthorizedRequest, Caller, ParsedRequest, RoutedRequest } from './request-stages.ts';

export interface RequestIdentity {
  readonly accessKey: string | null;
  readonly accountId: string | null;
  readonly caller: string | null;
  readonly cognitoAuthenticationProvider: null;
  readonly cognitoAuthenticationType: null;
  readonly cognitoIdentityId: null;
  readonly cognitoIdentityPoolId: null;
  readonly principalOrgId: null;
  readonly sourceIp: string;
  readonly user: string | null;
  readonly userAgent: string | null;
  readonly userArn: string | null;
}

/** The 12 keys that are always there. Source: recorded, LocalStack test_lambda_aws_proxy_integration. */
export function identityOf(request: ParsedRequest, caller: Caller): RequestIdentity {
  const iam = caller.kind === 'iam' ? caller : null;
  return {
    accessKey: iam?.accessKeyId ?? null,
    accountId: iam?.accountId ?? null,
    caller: iam?.userId ?? null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: request.sourceIp,
    user: iam?.userId ?? null,
    userAgent: request.headers.last('user-agent') ?? null,
    userArn: iam?.arn ?? null,
  };
}

/** Without `authorizer`: the key is absent, not null, until an authorizer has run. */
export function buildRequestContext(api: ApiIdentity, request: RoutedRequest, caller: Caller): Readonly<Record<string, unknown>> {
  return {
    resourceId: request.route.resourceId,
    ...(caller.kind === 'authorizer' && { authorizer: authorizerContext(caller) }),
    resourcePath: request.route.resourcePath,
    httpMethod: request.httpMethod,
    extendedRequestId: request.extendedRequestId,
    requestTime: formatRequestTime(request.receivedAt),
    path: request.rawPath,
    accountId: api.accountId,
    protocol: `HTTP/${request.httpVersion}`,
    stage: request.stage.stageName,
    domainPrefix: api.apiId,
    requestTimeEpoch: request.receivedAt,
    requestId: request.requestId,
    identity: identityOf(request, caller),
    domainName: api.domainName,
    deploymentId: api.deploymentId,
    apiId: api.apiId,
  };
}

/** Context values are strings already; the service's own two come last, so that no context key can pose as them. */
function authorizerContext({ context, principalId, integrationLatencyMs }: Extract<AuthorizedRequest['caller'], { kind: 'authorizer' }>) {
  return { ...context, principalId, integrationLatency: integrationLatencyMs };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** dd/MMM/yyyy:HH:mm:ss +0000 */
export function formatRequestTime(receivedAt: number): string {
  const iso = new Date(receivedAt).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
