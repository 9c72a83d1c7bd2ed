import { describe, expect, test } from 'vitest';
import { createGatewayApp } from '../../../emulator/gateway/create-gateway-app.ts';
import { type DenialTextSet, maskAccount } from '../../../emulator/gateway/denial-texts.ts';
import { expandResourcePolicy } from '../../../emulator/gateway/resource-policy.ts';
import type { PolicyDocument, PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import { apiArn, authorizer, createTestInvoker, gatewayOptions, restApi, route } from './api-fixture.ts';

const allow = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' } as const;

async function call(policy: PolicyDocument, authorization: 'NONE' | 'CUSTOM', denialTexts: DenialTextSet = 'current') {
  const invoker = createTestInvoker({
    handler: () => ({}),
    authorizer: ({ methodArn }) => ({
      principalId: 'p',
      policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: methodArn }] },
    }),
  });
  const routes = [
    route('POST', '/request', { authorization: authorization === 'NONE' ? { type: 'NONE' } : { type: 'CUSTOM', authorizer: 'tokens' } }),
  ];
  const app = createGatewayApp(gatewayOptions({ invoker, api: restApi({ routes, authorizers: [authorizer()], policy }), denialTexts }));
  return { invoker, answer: await app.inject({ method: 'POST', url: '/v1/request', headers: { authorization: 'x' } }) };
}

describe.each(['NONE', 'CUSTOM'] as const)('in front of a method with %s', (authorization) => {
  const rows: readonly [name: string, statements: readonly PolicyStatement[], status: number][] = [
    ['everyone may call', [allow], 200],
    ['nobody is named', [], 403],
    ['another path is allowed', [{ ...allow, Resource: 'execute-api:/v1/GET/*' }], 403],
    ['an account is allowed, and the caller has none', [{ ...allow, Principal: { AWS: '222222222222' } }], 403],
    ['a deny wins', [allow, { ...allow, Effect: 'Deny' }], 403],
    ['the address is allowed', [{ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } }], 200],
    ['the address is not allowed', [{ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }], 403],
  ];
  test.each(rows)('%s', async (_name, Statement, status) => {
    const { answer, invoker } = await call({ Version: '2012-10-17', Statement }, authorization);
    expect(answer.statusCode).toBe(status);
    if (status === 200) return;
    expect(invoker.calls).toHaveLength(0);
    expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    const text =
      'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********2222:a1b2c3d4e5/v1/POST/request';
    // The implicit one as seen in public logs (S), the explicit one in IAM's general form (D).
    const suffix = Statement.some(({ Effect }) => Effect === 'Deny') ? ' with an explicit deny in a resource-based policy' : '';
    expect(answer.json().Message).toBe(`${text}${suffix}`);
  });
});

test('an explicit deny ends as it was seen before 2025 where that set is chosen (S)', async () => {
  const { answer } = await call({ Version: '2012-10-17', Statement: [allow, { ...allow, Effect: 'Deny' }] }, 'NONE', 'before2025');
  expect(answer.json().Message).toMatch(/\/v1\/POST\/request with an explicit deny$/);
});

test('the short form stands for the own API, in every place', () => {
  const policy = { Statement: { ...allow, Resource: ['execute-api:/v1/*', 'arn:aws:execute-api:*:*:*'] } };
  expect(expandResourcePolicy(policy, apiArn).Statement).toEqual([{ ...allow, Resource: [`${apiArn}/v1/*`, 'arn:aws:execute-api:*:*:*'] }]);
});

test("only the API's account is masked (M)", () => {
  expect(maskAccount('User: arn:aws:iam::222222222222:user/u … arn:aws:execute-api:us-east-1:123456789012:a/v1/GET/x')).toBe(
    'User: arn:aws:iam::222222222222:user/u … arn:aws:execute-api:us-east-1:********9012:a/v1/GET/x',
  );
});
