// The template's API made ready at start: routes, validators, authorizers, responses. What is not emulated is refused here.
import { hash } from 'node:crypto';
import { type Authorizer, createAuthorizer } from '../authorizer/create-authorizer.ts';
import { AirlockError } from '../errors.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { RestApi, Route, RouteAuthorization, Stage } from '../template/api-definition.ts';
import type { SourceLocation } from '../template/deployment.ts';
import { compileGatewayResponses, type FindOverride } from './compile-gateway-responses.ts';
import { type CompiledMock, compileMock } from './compile-mock.ts';
import { type CompileRequestValidation, createRequestValidationCompiler, type ValidateRequest } from './compile-request-validation.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { createBinaryMatcher } from './media-types.ts';
import { expandResourcePolicy } from './resource-policy.ts';
import { createRouteTable, type FindRoute } from './route-table.ts';

export interface ApiIdentity {
  readonly apiId: string;
  readonly accountId: string;
  readonly domainName: string;
  readonly deploymentId: string;
}

export interface CompiledApi extends ApiIdentity {
  readonly api: RestApi;
  /** arn:aws:execute-api:R:A:API */
  readonly apiArn: string;
  readonly region: string;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly findRoute: FindRoute<CompiledRoute>;
  readonly findOverride: FindOverride;
  readonly isBinary: (mediaType: string) => boolean;
  /** With the `execute-api:/` shorthand written out. */
  readonly policy: PolicyDocument | null;
  findAuthorizer(name: string, stageName: string): Authorizer;
  /** API Gateway's FlushStageAuthorizersCache, for all stages at once. */
  flushAuthorizerCache(): void;
}

export interface CompiledRoute {
  readonly httpMethod: string;
  readonly resourcePath: string;
  readonly resourceId: string;
  readonly location: SourceLocation;
  readonly authorization: RouteAuthorization;
  readonly validate: ValidateRequest;
  readonly integration: CompiledFunctionIntegration | CompiledMock;
}

export interface CompiledFunctionIntegration {
  readonly kind: 'function';
  readonly functionArn: string;
  readonly timeoutMs: number;
  /** Lambda is invoked with POST; AWS answers 500 for any other. */
  readonly isPost: boolean;
  /** Resource path as in a SourceArn: each {parameter} is a *. [M: so the console writes its permissions] */
  readonly sourcePath: string;
}

/** @throws AirlockError BAD_TEMPLATE */
export function compileApi(options: GatewayOptions): CompiledApi {
  const { api, accountId, region, log } = options;
  if (api.stages.length === 0) throw bad(api, api.location, 'has no stage', 'Add an AWS::ApiGateway::Stage.');
  const apiArn = `arn:aws:execute-api:${region}:${accountId}:${api.apiId}`;
  const authorizers = createAuthorizers(options, apiArn);
  const compileValidation = createRequestValidationCompiler(log);
  return {
    api,
    apiId: api.apiId,
    apiArn,
    accountId,
    region,
    domainName: `${api.apiId}.execute-api.${region}.amazonaws.com`,
    deploymentId: shortId(`deployment ${api.apiId}`, 6),
    stages: new Map(api.stages.map((stage) => [stage.stageName, stage])),
    findRoute: createRouteTable(api.routes.map((route) => compileRoute(api, route, compileValidation))),
    findOverride: compileGatewayResponses(api),
    isBinary: createBinaryMatcher(api.binaryMediaTypes),
    policy: api.policy === null ? null : expandResourcePolicy(api.policy, apiArn),
    findAuthorizer(name, stageName) {
      const authorizer = authorizers.get(authorizerKey(name, stageName));
      if (!authorizer) throw new AirlockError('BUG', `no authorizer ${name} in stage ${stageName}`, 'Please report this.');
      return authorizer;
    },
    flushAuthorizerCache() {
      for (const authorizer of authorizers.values()) authorizer.flushCache();
    },
  };
}

/** One for each stage: each stage has its own cache. */
function createAuthorizers({ api, invoker, mayInvoke, clock }: GatewayOptions, apiArn: string): ReadonlyMap<string, Authorizer> {
  const authorizers = new Map<string, Authorizer>();
  for (const definition of api.authorizers) {
    const sourceArn = `${apiArn}/authorizers/${definition.authorizerId}`;
    const options = { definition, invoker, clock, mayInvoke: () => mayInvoke(definition.functionArn, sourceArn) };
    for (const { stageName } of api.stages) authorizers.set(authorizerKey(definition.name, stageName), createAuthorizer(options));
  }
  return authorizers;
}

function authorizerKey(name: string, stageName: string): string {
  return `${stageName}/${name}`;
}

function compileRoute(api: RestApi, route: Route, compileValidation: CompileRequestValidation): CompiledRoute {
  const { httpMethod, resourcePath, location, authorization } = route;
  const name = `${httpMethod} ${resourcePath}`;
  if (route.apiKeyRequired) {
    throw bad(api, location, `requires an API key for ${name}`, 'API keys and usage plans are not emulated yet: remove apiKeyRequired.');
  }
  if (authorization.type === 'CUSTOM' && !api.authorizers.some((known) => known.name === authorization.authorizer)) {
    throw bad(api, location, `names the authorizer "${authorization.authorizer}" for ${name}, which it does not have`, 'Define it.');
  }
  return {
    httpMethod,
    resourcePath,
    resourceId: shortId(`resource ${api.apiId} ${resourcePath}`, 6),
    location,
    authorization,
    validate: compileValidation(route),
    integration: compileIntegration(api, route),
  };
}

function compileIntegration(api: RestApi, route: Route): CompiledRoute['integration'] {
  const { integration, location, resourcePath } = route;
  if (integration.type === 'MOCK') return compileMock(route, integration);
  if (integration.credentialsRoleArn !== null) {
    const hint = 'Use AWS::Lambda::Permission instead of a role in the integration.';
    throw bad(api, location, `invokes a function through a role for ${resourcePath}, which is not emulated`, hint);
  }
  return {
    kind: 'function',
    functionArn: integration.functionArn,
    timeoutMs: integration.timeoutMs,
    isPost: integration.httpMethod.toUpperCase() === 'POST',
    sourcePath: resourcePath.replaceAll(/\{[^{}]+\}/g, '*'),
  };
}

/** AWS's ids are lower-case letters and digits; ours stay the same from start to start. */
function shortId(seed: string, characters: number): string {
  return BigInt(`0x${hash('sha256', seed)}`)
    .toString(36)
    .slice(0, characters);
}

function bad(api: RestApi, { file, line }: SourceLocation, what: string, hint: string): AirlockError {
  return new AirlockError('BAD_TEMPLATE', `${file}:${line}: the API ${api.name} ${what}.`, hint);
}
