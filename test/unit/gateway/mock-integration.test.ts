import { describe, expect, test } from 'vitest';
import { createGatewayApp } from '../../../emulator/gateway/create-gateway-app.ts';
import type { Integration } from '../../../emulator/template/api-definition.ts';
import { createTestInvoker, gatewayOptions, restApi, route } from './api-fixture.ts';

type Mock = Extract<Integration, { type: 'MOCK' }>;

function appWith(mock: Omit<Mock, 'type'>) {
  const routes = [route('OPTIONS', '/request', { integration: { type: 'MOCK', ...mock } })];
  return createGatewayApp(gatewayOptions({ invoker: createTestInvoker({}), api: restApi({ routes }) }));
}

const preflight = {
  statusCode: '204',
  responseParameters: {
    'method.response.header.Access-Control-Allow-Origin': "'*'",
    'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,POST'",
    'method.response.header.X-Stage': 'context.stage',
  },
  responseTemplates: {},
};

test("a preflight answers with the mock's status and headers, without a trace id", async () => {
  const app = appWith({ requestTemplates: { 'application/json': '{ statusCode: 204 }' }, responses: { default: preflight } });
  const answer = await app.inject({ method: 'OPTIONS', url: '/v1/request' });
  expect(answer.statusCode).toBe(204);
  expect(answer.body).toBe('');
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'OPTIONS,POST',
    'x-stage': 'v1',
    'x-amzn-requestid': expect.any(String),
  });
  expect(answer.headers).not.toHaveProperty('x-amzn-trace-id');
});

test('the response is selected by its pattern, which has to match the whole status', async () => {
  const responses = {
    '20': { statusCode: '500', responseParameters: {}, responseTemplates: {} },
    '4\\d{2}': { statusCode: '409', responseParameters: {}, responseTemplates: { 'application/json': '{"id":"$context.requestId"}' } },
    default: { statusCode: '200', responseParameters: {}, responseTemplates: {} },
  };
  const of = async (status: number) =>
    appWith({ requestTemplates: { 'application/json': `{"statusCode": ${status}}` }, responses }).inject({
      method: 'OPTIONS',
      url: '/v1/request',
    });
  expect((await of(201)).statusCode).toBe(200);
  const conflict = await of(404);
  expect(conflict.statusCode).toBe(409);
  expect(conflict.json()).toEqual({ id: conflict.headers['x-amzn-requestid'] });
});

test.each([
  [
    'there is no template for the content type',
    { requestTemplates: { 'text/x': '{"statusCode":200}' }, responses: { default: preflight } },
  ],
  ['the template names no status', { requestTemplates: { 'application/json': '{}' }, responses: { default: preflight } }],
  ['no response is selected', { requestTemplates: { 'application/json': '{"statusCode":200}' }, responses: { '4..': preflight } }],
])('it is a 500 where %s', async (_name, mock) => {
  const answer = await appWith(mock).inject({ method: 'OPTIONS', url: '/v1/request' });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toBe('{"message": "Internal server error"}');
});

describe('refused at start:', () => {
  const template = { 'application/json': '{"statusCode":200}' };
  test.each<[string, Omit<Mock, 'type'>]>([
    ['Velocity', { requestTemplates: { 'application/json': '#if($a){}#end' }, responses: {} }],
    ['a response without a status', { requestTemplates: template, responses: { default: { ...preflight, statusCode: '' } } }],
    ['a pattern that is none', { requestTemplates: template, responses: { '(': preflight } }],
    [
      'a header from the integration',
      {
        requestTemplates: template,
        responses: { default: { ...preflight, responseParameters: { 'method.response.header.X': 'integration.response.header.Y' } } },
      },
    ],
  ])('%s', (_name, mock) => {
    expect(() => appWith(mock)).toThrow(/^api\.yaml:7: /);
  });
});
