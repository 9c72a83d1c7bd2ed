import { describe, expect, test } from 'vitest';
import { createGatewayApp } from '../../../emulator/gateway/create-gateway-app.ts';
import type { Route } from '../../../emulator/template/api-definition.ts';
import { createTestInvoker, gatewayOptions, restApi, route } from './api-fixture.ts';

const schema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  required: ['records'],
  properties: { records: { type: 'array', minItems: 1 }, count: { type: 'integer', minimum: 0, exclusiveMinimum: true } },
};

function appWith(more: Partial<Route>) {
  const invoker = createTestInvoker({ handler: () => ({ statusCode: 200 }) });
  const api = restApi({ routes: [route('POST', '/items/{id}', more)] });
  return { invoker, app: createGatewayApp(gatewayOptions({ invoker, api })) };
}

describe('a body is checked against the schema of its content type:', () => {
  const json = { 'content-type': 'application/json' };
  const rows: readonly [name: string, headers: Record<string, string>, body: string, status: number, mark: 'S' | 'M'][] = [
    ['valid', json, '{"records":[1]}', 200, 'S'],
    ['valid, with a charset', { 'content-type': 'Application/JSON; charset=utf-8' }, '{"records":[1]}', 200, 'M'],
    ['a member is missing', json, '{}', 400, 'S'],
    ['draft 4 exclusiveMinimum', json, '{"records":[1],"count":0}', 400, 'S'],
    ['not JSON', json, 'records', 400, 'S'],
    ['empty is {}', json, '', 400, 'S'],
    ['no content type is JSON', {}, '{}', 400, 'M'],
    ['a type without a schema', { 'content-type': 'text/csv' }, 'a,b', 200, 'S'],
    ['a content type without a slash', { 'content-type': 'nonsense' }, 'a,b', 200, 'M'],
    ['a content type without a type', { 'content-type': ';;;' }, 'a,b', 400, 'M'],
  ];
  test.each(rows)('%s', async (_name, headers, payload, status) => {
    const { app, invoker } = appWith({ validateBody: true, requestSchemas: { 'application/json': schema } });
    const answer = await app.inject({ method: 'POST', url: '/v1/items/7', headers, payload });
    expect(answer.statusCode).toBe(status);
    expect(invoker.calls).toHaveLength(status === 200 ? 1 : 0);
    if (status === 400) {
      expect(answer.body).toBe('{"message": "Invalid request body"}');
      expect(answer.headers['x-amzn-errortype']).toBe('BadRequestException');
    }
  });

  test('a schema for a type that is not JSON is not applied', async () => {
    const { app } = appWith({ validateBody: true, requestSchemas: { 'text/csv': { type: 'string' } } });
    const answer = await app.inject({ method: 'POST', url: '/v1/items/7', headers: { 'content-type': 'text/csv' }, payload: 'a,b' });
    expect(answer.statusCode).toBe(200);
  });

  test('without the validator nothing is checked', async () => {
    const { app } = appWith({ requestSchemas: { 'application/json': schema } });
    expect((await app.inject({ method: 'POST', url: '/v1/items/7', headers: json, payload: '{}' })).statusCode).toBe(200);
  });

  test('a schema that is no draft 4 schema is refused at start', () => {
    expect(() => appWith({ validateBody: true, requestSchemas: { 'application/json': { type: 'thing' } } })).toThrow(
      /^api\.yaml:7:1 {2}Resources\.Api: the application\/json schema of POST \/items\/\{id\} is not valid/,
    );
  });
});

describe('a schema keyword that draft 4 does not have checks nothing, so it', () => {
  const compile = (schema: object) => () => appWith({ validateBody: true, requestSchemas: { 'application/json': schema } });

  test.each(['requierd', 'const', 'contains', 'propertyNames', 'if'])('is refused at start: %s', (keyword) => {
    expect(compile({ type: 'object', properties: { a: { [keyword]: ['x'] } } })).toThrow(/is not valid: .*unknown keyword/);
  });

  test.each(['example', 'discriminator', 'readOnly', 'xml', 'deprecated'])("is accepted where it is OpenAPI's: %s", (keyword) => {
    expect(compile({ type: 'object', properties: { a: { [keyword]: {} } } })).not.toThrow();
  });

  test('a format that is not known is not checked, as in draft 4', async () => {
    const { app } = appWith({ validateBody: true, requestSchemas: { 'application/json': { properties: { a: { format: 'ksuid' } } } } });
    const headers = { 'content-type': 'application/json' };
    expect((await app.inject({ method: 'POST', url: '/v1/items/7', headers, payload: '{"a":"b"}' })).statusCode).toBe(200);
  });
});

describe('required parameters', () => {
  const required: Partial<Route> = {
    validateParameters: true,
    requiredParameters: { header: ['x-header-param'], path: ['id'], querystring: ['qs1', 'qs2'] },
  };

  test('are listed where they are missing: header, path, query (S)', async () => {
    const { app, invoker } = appWith(required);
    const answer = await app.inject({ method: 'POST', url: '/v1/items/7?qs2=' });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toBe('{"message": "Missing required request parameters: [x-header-param, qs1, qs2]"}');
    expect(invoker.calls).toHaveLength(0);
  });

  test('are enough where they are there: header names in any case, query names as spelt', async () => {
    const { app } = appWith(required);
    const headers = { 'X-HEADER-param': 'a' };
    expect((await app.inject({ method: 'POST', url: '/v1/items/7?qs1=a&qs2=b', headers })).statusCode).toBe(200);
    expect((await app.inject({ method: 'POST', url: '/v1/items/7?QS1=a&qs2=b', headers })).statusCode).toBe(400);
  });
});
