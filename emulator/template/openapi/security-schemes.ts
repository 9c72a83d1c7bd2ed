// Security schemes of an OpenAPI document -> IAM, Lambda authorizers, API keys.
import { authorizerTtlSecondsDefault, authorizerTtlSecondsMax } from '../../limits.ts';
import type { AuthorizerDefinition } from '../api-definition.ts';
import { functionArnOfUri } from '../function-arn.ts';
import { mapAt, numberAt, textAt, textOf, valueAt } from '../node-access.ts';
import { shortId } from '../physical-ids.ts';
import { any, checkShape, object, oneOf, quote, text, wholeNumber } from '../shape.ts';
import type { MapNode } from '../template-node.ts';
import { checkKeys, noteNotEmulated, type OpenApiReading } from './openapi-reading.ts';

export type SecurityScheme =
  | { readonly kind: 'iam'; readonly name: string }
  | { readonly kind: 'authorizer'; readonly name: string; readonly authorizer: AuthorizerDefinition }
  | { readonly kind: 'apiKey'; readonly name: string }
  /** Nothing that API Gateway knows: it would leave the methods that name it open. */
  | { readonly kind: 'ignored'; readonly name: string }
  /** Reported already. */
  | { readonly kind: 'invalid'; readonly name: string };

const schemeKeys = [
  ...['type', 'description', 'name', 'in', 'scheme', 'bearerFormat', 'flows', 'flow', 'authorizationUrl', 'tokenUrl', 'scopes'],
  ...['openIdConnectUrl', 'x-amazon-apigateway-authtype', 'x-amazon-apigateway-authorizer'],
];

const authorizerShape = object(
  { type: text },
  {
    ...{ authorizerUri: text, authorizerCredentials: text, identitySource: text, identityValidationExpression: text },
    authorizerResultTtlInSeconds: wholeNumber(0, authorizerTtlSecondsMax),
    ...{ authorizerPayloadFormatVersion: any, enableSimpleResponses: any, jwtConfiguration: any, providerARNs: any },
  },
);
/** For HTTP APIs only; a REST API does not look at them. */
const httpApiKeys = ['authorizerPayloadFormatVersion', 'enableSimpleResponses'];
const authtypes = ['awsSigv4', 'custom', 'oauth2', 'cognito_user_pools'] as const;

export function readSecuritySchemes(reading: OpenApiReading): readonly SecurityScheme[] {
  const parent = reading.isSwagger ? reading.root : mapAt(reading.root, 'components');
  const schemes = mapAt(parent, reading.isSwagger ? 'securityDefinitions' : 'securitySchemes');
  return [...(schemes?.entries ?? [])].map(([name, entry]) => {
    return entry.value.kind === 'map' ? readScheme(name, entry.value, reading) : { kind: 'invalid', name };
  });
}

function readScheme(name: string, node: MapNode, reading: OpenApiReading): SecurityScheme {
  const { problems } = reading;
  checkKeys(node, schemeKeys, 'key of a security scheme', problems);
  const authtype = valueAt(node, 'x-amazon-apigateway-authtype');
  if (authtype !== null) checkShape(authtype, oneOf(...authtypes), problems);
  if (textOf(authtype) === 'awsSigv4') return { kind: 'iam', name };
  const authorizer = mapAt(node, 'x-amazon-apigateway-authorizer');
  if (authorizer !== null) return readAuthorizer(name, authorizer, node, reading);
  const isKey = textAt(node, 'type') === 'apiKey' && textAt(node, 'in') === 'header';
  if (isKey && textAt(node, 'name')?.toLowerCase() === 'x-api-key') return { kind: 'apiKey', name };
  return { kind: 'ignored', name };
}

function readAuthorizer(name: string, node: MapNode, scheme: MapNode, reading: OpenApiReading): SecurityScheme {
  const { problems, seed } = reading;
  const before = problems.list.length;
  checkShape(node, authorizerShape, problems);
  const type = (textAt(node, 'type') ?? '').toLowerCase();
  if (type !== 'token' && type !== 'request') {
    const at = valueAt(node, 'type')?.at ?? node.at;
    problems.report(at, `authorizers of type ${quote(type)} are not emulated`, 'token and request (Lambda authorizers) are.');
  }
  for (const key of httpApiKeys) {
    const at = node.entries.get(key)?.keyAt;
    if (at !== undefined) noteNotEmulated(reading, key, 'a REST API does not look at it', at);
  }
  const functionArn = readUri(node, reading);
  const expression = valueAt(node, 'identityValidationExpression');
  if (expression !== null && type === 'request') {
    problems.report(expression.at, 'identityValidationExpression is for authorizers of type token', 'Remove it.');
  }
  const identityValidationExpression = textOf(expression);
  if (expression !== null && identityValidationExpression !== null) {
    const reason = regularExpressionProblem(identityValidationExpression);
    if (reason !== null) problems.report(expression.at, `identityValidationExpression is no regular expression: ${reason}`);
  }
  const resultTtlSeconds = numberAt(node, 'authorizerResultTtlInSeconds') ?? authorizerTtlSecondsDefault;
  const identitySources = readIdentitySources(node, scheme, type);
  checkIdentitySources(identitySources, type, resultTtlSeconds, node, reading);
  if (functionArn === null || problems.list.length > before) return { kind: 'invalid', name };
  const authorizer: AuthorizerDefinition = {
    name,
    authorizerId: shortId(seed, 6, `authorizer ${name}`),
    type: type === 'token' ? 'TOKEN' : 'REQUEST',
    functionArn,
    credentialsRoleArn: textAt(node, 'authorizerCredentials') || null,
    identitySources,
    identityValidationExpression,
    resultTtlSeconds,
    location: node.at,
  };
  return { kind: 'authorizer', name, authorizer };
}

function readUri(node: MapNode, { problems }: OpenApiReading): string | null {
  const uri = valueAt(node, 'authorizerUri');
  const functionArn = functionArnOfUri(textOf(uri) ?? '');
  if (functionArn === null && uri?.kind !== 'invalid') {
    const hint = 'arn:PARTITION:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations';
    problems.report(uri?.at ?? node.at, 'authorizerUri names no Lambda function', hint);
  }
  return functionArn;
}

/** A token authorizer reads the header that the scheme names; identitySource is for the request type. */
function readIdentitySources(node: MapNode, scheme: MapNode, type: string): readonly string[] {
  const given = textAt(node, 'identitySource');
  if (given !== null) {
    const sources = given.split(',').map((source) => source.trim());
    return sources.filter((source) => source !== '');
  }
  return type === 'token' ? [`method.request.header.${textAt(scheme, 'name') ?? 'Authorization'}`] : [];
}

const sourcePattern = /^(method\.request\.(header|querystring|multivalueheader|multivaluequerystring)\.\S+|(context|stageVariables)\.\S+)$/;

function checkIdentitySources(sources: readonly string[], type: string, ttl: number, node: MapNode, { problems }: OpenApiReading): void {
  const at = valueAt(node, 'identitySource')?.at ?? node.at;
  for (const source of sources) {
    const fits = type === 'token' ? source.startsWith('method.request.header.') : sourcePattern.test(source);
    if (!fits) problems.report(at, `${quote(source)} is no identity source`, 'e.g. method.request.header.Authorization');
  }
  if (type === 'token' && sources.length !== 1) problems.report(at, 'a token authorizer has one identity source', 'Name one header.');
  // AWS "x-amazon-apigateway-authorizer": with caching, a request authorizer needs identity sources for the cache key.
  if (type === 'request' && ttl > 0 && sources.length === 0) {
    problems.report(
      node.at,
      'identitySource is needed while results are cached',
      'Add identitySource, or authorizerResultTtlInSeconds: 0.',
    );
  }
}

function regularExpressionProblem(expression: string): string | null {
  try {
    new RegExp(expression);
    return null;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
