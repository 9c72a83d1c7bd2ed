// AWS::ApiGateway::RestApi (described by an OpenAPI Body), Deployment and Stage.

import { itemsAt, mapAt, textAt, textMapAt, textOf, valueAt } from '../node-access.ts';
import { readOpenApi } from '../openapi/read-openapi.ts';
import { shortId } from '../physical-ids.ts';
import { jsonMap, readPolicyDocument } from '../policy-document-node.ts';
import { any, decimal, flag, integer, json, listOf, mapOf, object, oneOf, tags, text, textLike, texts, wholeNumber } from '../shape.ts';
import { seedOf } from '../stack-context.ts';
import type { CreatedResource, ResolvedResource, ResourceType } from './resource-type.ts';

export const restApi: ResourceType = {
  type: 'AWS::ApiGateway::RestApi',
  shape: object(
    {},
    {
      ...{ ApiKeySourceType: oneOf('HEADER', 'AUTHORIZER'), BinaryMediaTypes: texts, Body: json, BodyS3Location: any, CloneFrom: text },
      ...{ Description: text, DisableExecuteApiEndpoint: flag, EndpointAccessMode: text },
      EndpointConfiguration: object(
        {},
        { IpAddressType: oneOf('ipv4', 'dualstack'), Types: listOf(oneOf('EDGE', 'REGIONAL', 'PRIVATE')), VpcEndpointIds: texts },
      ),
      ...{ FailOnWarnings: flag, MinimumCompressionSize: wholeNumber(0, 10_485_760), Mode: oneOf('overwrite', 'merge'), Name: text },
      ...{ Parameters: any, Policy: json, SecurityPolicy: text, Tags: tags },
    },
  ),
  attributeNames: ['RestApiId', 'RootResourceId'],
  withoutEffect: {
    BodyS3Location: 'Body is what counts here',
    CloneFrom: 'Body is what counts here',
    'DisableExecuteApiEndpoint=true': 'the local address always answers',
    MinimumCompressionSize: 'answers are not compressed',
    ApiKeySourceType: 'usage plans are not emulated',
    EndpointAccessMode: 'the local address is the same for all',
    'EndpointConfiguration.Types=PRIVATE': 'everyone on this machine reaches the API, not the VPC endpoints alone',
    'EndpointConfiguration.VpcEndpointIds': 'the local address is on this machine, outside any VPC',
    Parameters: 'import parameters are ignored',
    SecurityPolicy: 'the local address has no TLS',
  },
  create: createRestApi,
};

function createRestApi(resource: ResolvedResource): CreatedResource {
  const { base, properties, problems, stack } = resource;
  const seed = seedOf(stack, base.logicalId);
  const apiId = shortId(seed, 10);
  const attributes = { RestApiId: apiId, RootResourceId: shortId(seed, 10, 'root') };
  const bodyNode = valueAt(properties, 'Body');
  const body = bodyNode === null ? null : jsonMap(bodyNode, problems);
  if (body === null) {
    const hint = 'Describe the API by Body: an OpenAPI document in the template, with the x-amazon-apigateway-* extensions.';
    if (bodyNode === null) problems.report(base.location, 'only an API with Body is emulated', hint);
    return { ref: apiId, attributes, parts: [] };
  }
  const api = readOpenApi({ body, seed, stack, base, problems });
  const ownPolicy = valueAt(properties, 'Policy');
  const value = {
    ...base,
    apiId,
    name: textAt(properties, 'Name') ?? textAt(mapAt(body, 'info'), 'title') ?? base.logicalId,
    routes: api.routes,
    authorizers: api.authorizers,
    gatewayResponses: api.gatewayResponses,
    binaryMediaTypes: [
      ...new Set([...api.binaryMediaTypes, ...itemsAt(properties, 'BinaryMediaTypes').flatMap((item) => textOf(item) ?? [])]),
    ],
    policy: ownPolicy === null ? api.policy : readPolicyDocument(ownPolicy, 'resource', problems),
  };
  const notes = api.notEmulated.map((note) => ({ kind: 'notEmulatedProperty', value: note }) as const);
  return { ref: apiId, attributes, parts: [{ kind: 'restApi', value }, ...notes] };
}

const methodSetting = object(
  {},
  {
    ...{ CacheDataEncrypted: flag, CacheTtlInSeconds: integer, CachingEnabled: flag, DataTraceEnabled: flag, HttpMethod: text },
    ...{ LoggingLevel: oneOf('OFF', 'ERROR', 'INFO'), MetricsEnabled: flag, ResourcePath: text },
    ...{ ThrottlingBurstLimit: wholeNumber(0, Number.POSITIVE_INFINITY), ThrottlingRateLimit: decimal },
  },
);
const accessLog = object({}, { DestinationArn: text, Format: text });
const stageName = textLike(/^[A-Za-z0-9_-]+$/, 128);
const variables = mapOf(textLike(null, 512));
const withoutEffect = {
  CacheClusterSize: 'answers are not cached',
  ClientCertificateId: 'nothing is called over TLS',
  'TracingEnabled=true': 'nothing is sent to X-Ray',
  'CacheClusterEnabled=true': 'answers are not cached',
  CanarySetting: 'no canary: all calls go to the one deployment',
  MethodSettings: 'no throttling, caching or logging by method',
  AccessLogSetting: 'no access log; see GET /traces of the control server',
};

export const stage: ResourceType = {
  type: 'AWS::ApiGateway::Stage',
  shape: object(
    // Without a deployment a stage serves nothing: CreateStage wants it.
    { RestApiId: text, DeploymentId: text },
    {
      ...{ AccessLogSetting: accessLog, CacheClusterEnabled: flag, CacheClusterSize: text, CanarySetting: any, ClientCertificateId: text },
      ...{ Description: text, DocumentationVersion: text, MethodSettings: listOf(methodSetting), StageName: stageName },
      ...{ Tags: tags, TracingEnabled: flag, Variables: variables },
    },
  ),
  attributeNames: [],
  withoutEffect,
  create({ base, properties }) {
    const name = textAt(properties, 'StageName') ?? 'default';
    const apiId = textAt(properties, 'RestApiId') ?? '';
    const node = valueAt(properties, 'DeploymentId');
    const id = textOf(node);
    const deployment = node === null || id === null ? null : { id, at: node.at };
    const value = { ...base, apiId, deployment, stage: { stageName: name, variables: textMapAt(properties, 'Variables') } };
    return { ref: name, attributes: {}, parts: [{ kind: 'stage', value }] };
  },
};

/** What StageDescription says for all methods at once. */
const stageWide = [
  ...['CacheDataEncrypted', 'CacheTtlInSeconds', 'CachingEnabled', 'DataTraceEnabled', 'LoggingLevel', 'MetricsEnabled'],
  ...['ThrottlingBurstLimit', 'ThrottlingRateLimit'],
];

export const deployment: ResourceType = {
  type: 'AWS::ApiGateway::Deployment',
  shape: object(
    { RestApiId: text },
    {
      ...{ DeploymentCanarySettings: any, Description: text, StageName: stageName },
      StageDescription: object(
        {},
        {
          ...{ AccessLogSetting: accessLog, CacheClusterEnabled: flag, CacheClusterSize: text, CacheDataEncrypted: flag },
          ...{ CacheTtlInSeconds: integer, CachingEnabled: flag, CanarySetting: any, ClientCertificateId: text, DataTraceEnabled: flag },
          ...{ Description: text, DocumentationVersion: text, LoggingLevel: text, MethodSettings: listOf(methodSetting) },
          ...{ MetricsEnabled: flag, Tags: tags, ThrottlingBurstLimit: integer, ThrottlingRateLimit: decimal, TracingEnabled: flag },
          Variables: variables,
        },
      ),
    },
  ),
  attributeNames: ['DeploymentId'],
  withoutEffect: Object.fromEntries([
    ['DeploymentCanarySettings', withoutEffect.CanarySetting],
    ...Object.entries(withoutEffect).map(([name, effect]) => [`StageDescription.${name}`, effect]),
    ...stageWide.map((name) => [`StageDescription.${name}`, withoutEffect.MethodSettings]),
  ]),
  create({ base, properties, problems, stack }) {
    const id = shortId(seedOf(stack, base.logicalId), 6);
    const created = { ref: id, attributes: { DeploymentId: id } };
    const apiId = textAt(properties, 'RestApiId') ?? '';
    const own = { kind: 'apiDeployment', value: { ...base, apiId, deploymentId: id } } as const;
    const name = textAt(properties, 'StageName');
    const description = mapAt(properties, 'StageDescription');
    if (name === null) {
      if (description !== null) problems.report(description.at, 'StageDescription needs StageName', 'Add StageName, or use a Stage.');
      return { ...created, parts: [own] };
    }
    const value = { ...base, apiId, deployment: null, stage: { stageName: name, variables: textMapAt(description, 'Variables') } };
    return { ...created, parts: [own, { kind: 'stage', value }] };
  },
};
