// x-amazon-apigateway-integration of an operation -> the integration that the gateway runs.
import { integrationTimeoutMs } from '../../limits.ts';
import type { Integration, IntegrationResponse } from '../api-definition.ts';
import { functionArnOfUri } from '../function-arn.ts';
import { mapAt, numberAt, textAt, textMapAt, textOf, valueAt } from '../node-access.ts';
import { any, checkShape, flag, mapOf, object, oneOf, quote, text, textLike, texts, wholeNumber } from '../shape.ts';
import type { MapNode } from '../template-node.ts';
import { noteNotEmulated, type OpenApiReading } from './openapi-reading.ts';

const responseShape = object(
  {},
  { statusCode: textLike(/^[1-5]\d\d$/, 3), responseParameters: mapOf(text), responseTemplates: mapOf(any), contentHandling: text },
);
const integrationShape = object(
  { type: text },
  {
    ...{ cacheKeyParameters: texts, cacheNamespace: text, connectionId: text, connectionType: oneOf('INTERNET', 'VPC_LINK') },
    contentHandling: oneOf('CONVERT_TO_TEXT', 'CONVERT_TO_BINARY'),
    ...{ credentials: text, httpMethod: textLike(/^(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY)$/i, 7) },
    ...{ integrationTarget: text, passthroughBehavior: textLike(/^(when_no_match|when_no_templates|never)$/i, 17) },
    ...{ payloadFormatVersion: text, requestParameters: mapOf(text), requestTemplates: mapOf(text), responses: mapOf(responseShape) },
    responseTransferMode: oneOf('BUFFERED', 'STREAM'),
    timeoutInMillis: wholeNumber(50, integrationTimeoutMs),
    tlsConfig: object({}, { insecureSkipVerification: flag }),
    uri: text,
  },
);

/** What is accepted and changes nothing for a Lambda proxy. */
const withoutEffect: Readonly<Record<string, string>> = {
  cacheKeyParameters: 'answers are not cached',
  cacheNamespace: 'answers are not cached',
  contentHandling: 'a Lambda proxy does not convert',
  payloadFormatVersion: 'a REST API always sends format 1.0',
  requestParameters: 'a Lambda proxy gets the request as it is',
  requestTemplates: 'a Lambda proxy gets the request as it is',
};

/** Null when there is none that can be run; why is reported. */
export function readIntegration(operation: MapNode, reading: OpenApiReading): Integration | null {
  const { problems } = reading;
  const node = mapAt(operation, 'x-amazon-apigateway-integration');
  if (node === null) {
    // API Gateway refuses the deployment: "No integration defined for method".
    problems.report(operation.at, 'the operation has no integration', 'Add x-amazon-apigateway-integration.');
    return null;
  }
  const before = problems.list.length;
  checkShape(node, integrationShape, problems);
  const type = (textAt(node, 'type') ?? '').toLowerCase();
  const integration = type === 'aws_proxy' ? readLambdaProxy(node, reading) : type === 'mock' ? readMock(node) : null;
  if (integration === null && type !== 'aws_proxy' && type !== '') {
    const at = valueAt(node, 'type')?.at ?? node.at;
    problems.report(at, `integrations of type ${quote(type)} are not emulated`, 'aws_proxy (Lambda) and mock are.');
  }
  return problems.list.length > before ? null : integration;
}

function readLambdaProxy(node: MapNode, reading: OpenApiReading): Integration | null {
  const { problems } = reading;
  const uri = valueAt(node, 'uri');
  const uriText = textOf(uri);
  const functionArn = functionArnOfUri(uriText ?? '');
  if (uriText?.includes('response-streaming-invocations') === true || textAt(node, 'responseTransferMode') === 'STREAM') {
    problems.report(uri?.at ?? node.at, 'streamed answers are not emulated', 'Use responseTransferMode: BUFFERED.');
  } else if (uriText?.includes('stageVariables.') === true) {
    problems.report(
      uri?.at ?? node.at,
      'stage variables in an integration are not emulated',
      'Name the function, e.g. by !GetAtt Function.Arn.',
    );
  } else if (functionArn === null && uri?.kind !== 'invalid') {
    const hint = 'arn:PARTITION:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations';
    problems.report(uri?.at ?? node.at, 'uri names no Lambda function', hint);
  }
  const credentials = valueAt(node, 'credentials');
  const credentialsRoleArn = textOf(credentials);
  if (credentials !== null && credentialsRoleArn !== null && !credentialsRoleArn.includes(':role/')) {
    problems.report(
      credentials.at,
      `${quote(credentialsRoleArn)} is no role`,
      "The caller's own credentials are not emulated: name a role's ARN.",
    );
  }
  if (textAt(node, 'connectionType') === 'VPC_LINK') {
    problems.report(valueAt(node, 'connectionType')?.at ?? node.at, 'VPC links are not emulated', 'Remove connectionType.');
  }
  const httpMethod = textAt(node, 'httpMethod')?.toUpperCase() ?? null;
  if (httpMethod === null) problems.report(node.at, 'the required httpMethod is missing', 'Lambda is called with httpMethod: POST.');
  for (const [name, effect] of Object.entries(withoutEffect)) {
    const at = node.entries.get(name)?.keyAt;
    if (at !== undefined) noteNotEmulated(reading, name, effect, at);
  }
  if (functionArn === null || httpMethod === null) return null;
  const timeoutMs = numberAt(node, 'timeoutInMillis') ?? integrationTimeoutMs;
  return { type: 'AWS_PROXY', functionArn, httpMethod, timeoutMs, credentialsRoleArn };
}

function readMock(node: MapNode): Integration {
  const responses = [...(mapAt(node, 'responses')?.entries ?? [])].map(([pattern, { value }]) => {
    const response: IntegrationResponse = {
      statusCode: textAt(value, 'statusCode') ?? '200',
      responseParameters: textMapAt(value, 'responseParameters'),
      responseTemplates: textMapAt(value, 'responseTemplates'),
    };
    return [pattern, response] as const;
  });
  return { type: 'MOCK', requestTemplates: textMapAt(node, 'requestTemplates'), responses: Object.fromEntries(responses) };
}
