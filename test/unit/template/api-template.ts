// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
// A template with one API, whose Body is given in lines, and the function behind it.
import { inlineFunction, role } from './resources.ts';

const uri = '!Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"';
export const proxy = `x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: ${uri} }`;
export const start = 'openapi: 3.0.1\ninfo: { title: Mine, version: "1" }\n';
export const sigv4 =
  'components: { securitySchemes: { one: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 } } }\n';

/** Line 1 of the Body is line 6 of the template. */
export function apiTemplate(body: string): string {
  return `Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:\n${indent(body, 8)}\n${role}${inlineFunction('FunctionName: work')}`;
}

/** `operation` is POST /a, from line 11 of the template; `rest` stands beside paths. */
export function onePath(operation: string, rest = ''): string {
  return `${start}paths:\n  /a:\n    post:\n${indent(operation, 6)}\n${rest}`;
}

function indent(text: string, spaces: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(spaces) + line)
    .join('\n');
}
