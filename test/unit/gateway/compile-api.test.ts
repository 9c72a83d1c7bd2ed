import { describe, expect, test } from 'vitest';
import { compileApi } from '../../../emulator/gateway/compile-api.ts';
import type { RestApi } from '../../../emulator/template/api-definition.ts';
import { authorizer, createTestInvoker, gatewayOptions, proxyTo, restApi, route } from './api-fixture.ts';

const compile = (more: Partial<RestApi>) => compileApi(gatewayOptions({ invoker: createTestInvoker({}), api: restApi(more) }));

describe('what is not emulated, or AWS would refuse, is an error with file and line:', () => {
  test.each<[string, Partial<RestApi>]>([
    ['an API key', { routes: [route('GET', '/', { apiKeyRequired: true })] }],
    ['a role for the integration', { routes: [route('GET', '/', { integration: proxyTo('a', { credentialsRoleArn: 'arn:x' }) })] }],
    ['a role for the authorizer', { authorizers: [authorizer({ credentialsRoleArn: 'arn:x' })] }],
    ['an authorizer that is not there', { routes: [route('GET', '/', { authorization: { type: 'CUSTOM', authorizer: 'nobody' } })] }],
    ['no stage', { stages: [] }],
    ['a TTL of 3601', { authorizers: [authorizer({ resultTtlSeconds: 3601 })] }],
  ])('%s', (_name, more) => {
    expect(() => compile(more)).toThrow(/^api\.yaml:7: /);
  });
});

test('ids look like those of AWS and are the same at every start', () => {
  const [one, other] = [compile({}), compile({})];
  expect(one.deploymentId).toMatch(/^[a-z0-9]{6}$/);
  expect(one.deploymentId).toBe(other.deploymentId);
  expect(one.domainName).toBe('a1b2c3d4e5.execute-api.us-east-1.amazonaws.com');
});
