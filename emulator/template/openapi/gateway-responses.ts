// x-amazon-apigateway-gateway-responses: how API Gateway's own errors look.
import type { GatewayResponse } from '../api-definition.ts';
import { mapAt, textAt, textMapAt } from '../node-access.ts';
import { checkNames, checkShape, mapOf, object, text, textLike } from '../shape.ts';
import type { OpenApiReading } from './openapi-reading.ts';
import { mediaTypes } from './request-shapes.ts';

/** AWS "Gateway response types". */
const responseTypes = [
  ...['ACCESS_DENIED', 'API_CONFIGURATION_ERROR', 'AUTHORIZER_CONFIGURATION_ERROR', 'AUTHORIZER_FAILURE', 'BAD_REQUEST_BODY'],
  ...['BAD_REQUEST_PARAMETERS', 'DEFAULT_4XX', 'DEFAULT_5XX', 'EXPIRED_TOKEN', 'INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT'],
  ...['INVALID_API_KEY', 'INVALID_SIGNATURE', 'MISSING_AUTHENTICATION_TOKEN', 'QUOTA_EXCEEDED', 'REQUEST_TOO_LARGE', 'RESOURCE_NOT_FOUND'],
  ...['THROTTLED', 'UNAUTHORIZED', 'UNSUPPORTED_MEDIA_TYPE', 'WAF_FILTERED'],
];
const responseShape = object(
  {},
  {
    statusCode: textLike(/^[1-5]\d\d$/, 3),
    responseParameters: mapOf(textLike(/^('.*'|method\.request\..+|context\..+|stageVariables\..+)$/s, 10_240), {
      pattern: /^gatewayresponse\.(header|path|querystring)\../,
      what: 'a parameter of a gateway response',
      example: 'gatewayresponse.header.Cache-Control',
    }),
    responseTemplates: mapOf(text, mediaTypes),
  },
);

export function readGatewayResponses({ root, problems }: OpenApiReading): Readonly<Record<string, GatewayResponse>> {
  const node = mapAt(root, 'x-amazon-apigateway-gateway-responses');
  if (node === null) return {};
  checkNames(node, responseTypes, 'gateway response type', problems);
  const pairs = [...node.entries].map(([type, { value }]) => {
    checkShape(value, responseShape, problems);
    const response: GatewayResponse = {
      statusCode: textAt(value, 'statusCode'),
      responseParameters: textMapAt(value, 'responseParameters'),
      responseTemplates: textMapAt(value, 'responseTemplates'),
    };
    return [type, response] as const;
  });
  return Object.fromEntries(pairs);
}
