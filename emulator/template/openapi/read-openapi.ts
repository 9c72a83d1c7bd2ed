// An OpenAPI 3.0 or Swagger 2.0 document with API Gateway's extensions -> routes, authorizers, gateway responses.
import type { PolicyDocument } from '../../iam/policy-document.ts';
import type { AuthorizerDefinition, GatewayResponse, Route } from '../api-definition.ts';
import type { NotEmulatedProperty, Resource } from '../deployment.ts';
import { textAt, textsAt, valueAt } from '../node-access.ts';
import type { IdSeed } from '../physical-ids.ts';
import { readPolicyDocument } from '../policy-document-node.ts';
import type { Problems } from '../problems.ts';
import type { StackContext } from '../stack-context.ts';
import type { MapNode } from '../template-node.ts';
import { checkBody } from './check-body.ts';
import { checkDocument } from './check-document.ts';
import { readGatewayResponses } from './gateway-responses.ts';
import { checkKeys, noteNotEmulated, type OpenApiReading } from './openapi-reading.ts';
import { readRoutes } from './routes.ts';
import { readSecuritySchemes } from './security-schemes.ts';

export interface OpenApi {
  readonly routes: readonly Route[];
  readonly authorizers: readonly AuthorizerDefinition[];
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
  readonly binaryMediaTypes: readonly string[];
  readonly policy: PolicyDocument | null;
  readonly notEmulated: readonly NotEmulatedProperty[];
}

const extensions = [
  ...['api-key-source', 'binary-media-types', 'documentation', 'endpoint-access-mode', 'endpoint-configuration', 'gateway-responses'],
  ...['importexport-version', 'minimum-compression-size', 'policy', 'request-validator', 'request-validators', 'security-policy'],
].map((name) => `x-amazon-apigateway-${name}`);
const openApiKeys = ['openapi', 'info', 'servers', 'paths', 'components', 'security', 'tags', 'externalDocs'];
const swaggerKeys = [
  ...['swagger', 'info', 'host', 'basePath', 'schemes', 'consumes', 'produces', 'paths', 'definitions', 'parameters', 'responses'],
  ...['securityDefinitions', 'security', 'tags', 'externalDocs'],
];

/** What is accepted and changes nothing here. */
const withoutEffect: Readonly<Record<string, string>> = {
  'x-amazon-apigateway-api-key-source': 'usage plans are not emulated',
  'x-amazon-apigateway-endpoint-access-mode': 'the local address is the same for all',
  'x-amazon-apigateway-endpoint-configuration': 'the local address always answers, to everyone on this machine',
  'x-amazon-apigateway-minimum-compression-size': 'answers are not compressed',
  'x-amazon-apigateway-security-policy': 'the local address has no TLS',
};

export function readOpenApi(given: { body: MapNode; seed: IdSeed; stack: StackContext; base: Resource; problems: Problems }): OpenApi {
  const { body, problems } = given;
  const isSwagger = textAt(body, 'swagger') === '2.0';
  const version = textAt(body, 'openapi') ?? '';
  if (!isSwagger && !version.startsWith('3.0')) {
    const at = valueAt(body, 'openapi')?.at ?? valueAt(body, 'swagger')?.at ?? body.at;
    problems.report(at, 'Body must say openapi: 3.0.x or swagger: "2.0"', 'API Gateway imports these two.');
  }
  const reading: OpenApiReading = { ...given, root: body, isSwagger, notEmulated: [] };
  checkKeys(body, [...(isSwagger ? swaggerKeys : openApiKeys), ...extensions], 'key', problems);
  checkDocument(reading);
  checkBody(reading);
  const schemes = readSecuritySchemes(reading);
  for (const [name, effect] of Object.entries(withoutEffect)) {
    const at = body.entries.get(name)?.keyAt;
    if (at !== undefined) noteNotEmulated(reading, name, effect, at);
  }
  const policy = valueAt(body, 'x-amazon-apigateway-policy');
  return {
    routes: readRoutes(reading, schemes),
    authorizers: schemes.flatMap((scheme) => (scheme.kind === 'authorizer' ? [scheme.authorizer] : [])),
    gatewayResponses: readGatewayResponses(reading),
    binaryMediaTypes: textsAt(body, 'x-amazon-apigateway-binary-media-types'),
    policy: policy === null ? null : readPolicyDocument(policy, 'resource', problems),
    notEmulated: reading.notEmulated,
  };
}
