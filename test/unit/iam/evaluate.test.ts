// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is IAM's own syntax for policy variables.
// IAM's decision as a truth table. [D] AWS documentation, [I] issues.
import { describe, expect, it } from 'vitest';
import { type EvaluationRequest, evaluate, evaluateDocuments } from '../../../emulator/iam/evaluate.ts';
import type { PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import type { Principal } from '../../../emulator/iam/principal.ts';
import { customer, documentOf, partner, sessionOf, userNamed } from './principals.ts';

const key = 'arn:aws:kms:us-east-1:111111111111:key/1234';
const object = 'arn:aws:s3:::results/a/b.json';
const alias = 'arn:aws:lambda:us-east-1:111111111111:function:token:sub-1';
const allow = (Action: string, Resource = '*'): PolicyStatement => ({ Effect: 'Allow', Action, Resource });
const deny = (Action: string, Resource = '*'): PolicyStatement => ({ Effect: 'Deny', Action, Resource });
const granting = (Principal: PolicyStatement['Principal'], extra: Partial<PolicyStatement> = {}) =>
  documentOf({ Effect: 'Allow', Action: '*', Resource: '*', ...(Principal !== undefined && { Principal }), ...extra });
const denying = (extra: Partial<PolicyStatement>) => documentOf({ Effect: 'Deny', Action: '*', Resource: '*', ...extra });
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const session = sessionOf('request');
const sessionArn = session.arn;
const { roleArn } = session;

type Row = readonly [name: string, expected: string, request: Partial<EvaluationRequest> & { principal: Principal }];

function verdict(request: Partial<EvaluationRequest> & { principal: Principal }): string {
  const decision = evaluate({ action: 's3:PutObject', resourceArn: object, resourceAccountId: customer, resourcePolicies: [], ...request });
  return decision.allowed ? `allowed by ${decision.by}` : `${decision.reason}, ${decision.policyType}`;
}

const nothing = 'implicitDeny, identity-based policy';
const noResource = 'implicitDeny, resource-based policy';

describe('within one account [D]', () => {
  it.each<Row>([
    ['nothing allows', nothing, { principal: session }],
    ['the identity allows', 'allowed by identity-based policy', { principal: sessionOf('r', { statements: [allow('s3:PutObject')] }) }],
    ['another action', nothing, { principal: sessionOf('r', { statements: [allow('s3:GetObject')] }) }],
    ['another resource', nothing, { principal: sessionOf('r', { statements: [allow('s3:*', 'arn:aws:s3:::results')] }) }],
    [
      'the policy names the session',
      'allowed by resource-based policy',
      { principal: session, resourcePolicies: [granting({ AWS: sessionArn })] },
    ],
    [
      'the policy names the role',
      'allowed by resource-based policy',
      { principal: session, resourcePolicies: [granting({ AWS: [roleArn] })] },
    ],
    ['the policy names everyone', 'allowed by resource-based policy', { principal: session, resourcePolicies: [granting('*')] }],
    ['the policy names the account: it only delegates', nothing, { principal: session, resourcePolicies: [granting(root(customer))] }],
    ['the same by 12 digits', nothing, { principal: session, resourcePolicies: [granting({ AWS: customer })] }],
    ['the policy names another role', nothing, { principal: session, resourcePolicies: [granting({ AWS: `${roleArn}x` })] }],
    [
      'no wildcard inside a principal ARN',
      nothing,
      { principal: session, resourcePolicies: [granting({ AWS: `arn:aws:iam::${customer}:role/*` })] },
    ],
    [
      'the identity denies',
      'explicitDeny, identity-based policy',
      { principal: sessionOf('r', { statements: [allow('*'), deny('s3:PutObject')] }), resourcePolicies: [granting('*')] },
    ],
    [
      'the policy denies',
      'explicitDeny, resource-based policy',
      { principal: sessionOf('r', { statements: [allow('*')] }), resourcePolicies: [denying({ Principal: '*' })] },
    ],
    [
      'the policy denies the whole account',
      'explicitDeny, resource-based policy',
      { principal: sessionOf('r', { statements: [allow('*')] }), resourcePolicies: [denying({ Principal: root(customer) })] },
    ],
    [
      'the policy denies another account',
      'allowed by identity-based policy',
      { principal: sessionOf('r', { statements: [allow('*')] }), resourcePolicies: [denying({ Principal: root(partner) })] },
    ],
    [
      'a user by ARN',
      'allowed by resource-based policy',
      { principal: userNamed('ann'), resourcePolicies: [granting({ AWS: userNamed('ann').arn })] },
    ],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));
});

describe('permissions boundary [D]', () => {
  const cut = sessionOf('request', { statements: [allow('*')], boundary: [allow('s3:GetObject')] });
  const denied = sessionOf('request', { statements: [allow('*')], boundary: [allow('*'), deny('s3:PutObject')] });
  it.each<Row>([
    ['cuts the identity', 'implicitDeny, permissions boundary', { principal: cut }],
    ['lets pass what both allow', 'allowed by identity-based policy', { principal: cut, action: 's3:GetObject' }],
    ['grants nothing by itself', nothing, { principal: sessionOf('r', { boundary: [allow('*')] }) }],
    ['denies', 'explicitDeny, permissions boundary', { principal: denied }],
    [
      'does not cut a policy that names the session',
      'allowed by resource-based policy',
      { principal: cut, resourcePolicies: [granting({ AWS: sessionArn })] },
    ],
    [
      'cuts a policy that names the role',
      'implicitDeny, permissions boundary',
      { principal: cut, resourcePolicies: [granting({ AWS: roleArn })] },
    ],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));
});

describe('across accounts [D] (conformance cases 70, 71)', () => {
  const call = { action: 'lambda:InvokeFunction', resourceArn: alias, resourceAccountId: partner };
  const may = sessionOf('init', { statements: [allow('lambda:InvokeFunction', alias)] });
  const forAccount = granting(root(customer), { Resource: alias });
  it.each<Row>([
    ['only the caller allows', noResource, { ...call, principal: may }],
    ['only the function allows', nothing, { ...call, principal: session, resourcePolicies: [forAccount] }],
    ['both allow', 'allowed by both', { ...call, principal: may, resourcePolicies: [forAccount] }],
    ['both, the role by ARN', 'allowed by both', { ...call, principal: may, resourcePolicies: [granting({ AWS: may.roleArn })] }],
    [
      'a permission on the alias does not cover the function',
      nothing,
      { ...call, resourceArn: alias.replace(':sub-1', ''), principal: may, resourcePolicies: [forAccount] },
    ],
    ['everyone still needs the own identity policy', nothing, { ...call, principal: session, resourcePolicies: [granting('*')] }],
    ['another account', noResource, { ...call, principal: may, resourcePolicies: [granting(root('333333333333'))] }],
    [
      'the boundary cuts',
      'implicitDeny, permissions boundary',
      { ...call, principal: sessionOf('init', { statements: [allow('*')], boundary: [allow('s3:*')] }), resourcePolicies: [forAccount] },
    ],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));

  it('says that the caller is foreign', () => {
    expect(evaluate({ ...call, principal: may, resourcePolicies: [] })).toMatchObject({ crossAccount: true });
    expect(evaluate({ ...call, principal: sessionOf('x', { accountId: partner }), resourcePolicies: [] })).toMatchObject({
      crossAccount: false,
    });
  });
});

describe('KMS keys [D]', () => {
  const call = { action: 'kms:Sign', resourceArn: key, resourceAccountId: partner };
  const may = sessionOf('token', { accountId: partner, statements: [allow('kms:Sign', key)] });
  const mayNot = sessionOf('token', { accountId: partner });
  const foreign = sessionOf('init', { statements: [allow('kms:Sign', key)] });
  it.each<Row>([
    ['an identity policy alone is nothing', noResource, { ...call, principal: may }],
    [
      'the key policy delegates and the identity allows',
      'allowed by both',
      { ...call, principal: may, resourcePolicies: [granting(root(partner))] },
    ],
    [
      'the key policy delegates and the identity is silent',
      nothing,
      { ...call, principal: mayNot, resourcePolicies: [granting(root(partner))] },
    ],
    [
      'the key policy names the role',
      'allowed by resource-based policy',
      { ...call, principal: mayNot, resourcePolicies: [granting({ AWS: mayNot.roleArn })] },
    ],
    [
      'a foreign caller needs both: identity only',
      noResource,
      { ...call, principal: foreign, resourcePolicies: [granting(root(partner))] },
    ],
    [
      'a foreign caller needs both',
      'allowed by both',
      { ...call, principal: foreign, resourcePolicies: [granting(root(partner)), granting(root(customer))] },
    ],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));
});

describe('services and strangers [D]', () => {
  const gateway: Principal = {
    kind: 'service',
    service: 'apigateway.amazonaws.com',
    sourceArn: 'arn:aws:execute-api:us-east-1:222222222222:abc/v1/POST/init',
    sourceAccount: customer,
  };
  const from = (pattern: string) =>
    granting({ Service: 'apigateway.amazonaws.com' }, { Condition: { ArnLike: { 'AWS:SourceArn': pattern } } });
  it.each<Row>([
    ['no policy', noResource, { principal: gateway }],
    [
      'the policy names the service',
      'allowed by resource-based policy',
      { principal: gateway, resourcePolicies: [granting({ Service: 'apigateway.amazonaws.com' })] },
    ],
    ['another service', noResource, { principal: gateway, resourcePolicies: [granting({ Service: 's3.amazonaws.com' })] }],
    [
      'from the right API',
      'allowed by resource-based policy',
      { principal: gateway, resourcePolicies: [from('arn:aws:execute-api:us-east-1:222222222222:abc/*/POST/init')] },
    ],
    ['from another API', noResource, { principal: gateway, resourcePolicies: [from('arn:aws:execute-api:us-east-1:222222222222:xyz/*')] }],
    ['AWS: * is no service', noResource, { principal: gateway, resourcePolicies: [granting({ AWS: '*' })] }],
    ['anonymous without a policy', noResource, { principal: { kind: 'anonymous' } }],
    [
      'anonymous and everyone',
      'allowed by resource-based policy',
      { principal: { kind: 'anonymous' }, resourcePolicies: [granting({ AWS: '*' })] },
    ],
    ['anonymous and an account', noResource, { principal: { kind: 'anonymous' }, resourcePolicies: [granting(root(customer))] }],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));
});

describe('NotPrincipal, NotAction, NotResource [D]', () => {
  const may = sessionOf('request', { statements: [allow('*')] });
  const except = (...AWS: string[]) => ({ principal: may, resourcePolicies: [denying({ NotPrincipal: { AWS } })] });
  it.each<Row>([
    [
      'Deny NotPrincipal spares who is listed with account and role',
      'allowed by identity-based policy',
      except(`arn:aws:iam::${customer}:root`, roleArn, sessionArn),
    ],
    ['Deny NotPrincipal does not spare a role alone', 'explicitDeny, resource-based policy', except(roleArn)],
    [
      'Allow NotPrincipal grants to the others',
      'allowed by resource-based policy',
      { principal: session, resourcePolicies: [granting(undefined, { NotPrincipal: root(partner) })] },
    ],
    [
      'Allow NotPrincipal does not grant to who is listed',
      nothing,
      { principal: session, resourcePolicies: [granting(undefined, { NotPrincipal: { AWS: roleArn } })] },
    ],
    [
      'Deny NotAction denies the others (case 79)',
      'explicitDeny, identity-based policy',
      { principal: sessionOf('r', { statements: [allow('*'), { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }] }) },
    ],
    [
      'Deny NotAction spares the listed (case 79)',
      'allowed by identity-based policy',
      {
        action: 's3:GetObject',
        principal: sessionOf('r', { statements: [allow('*'), { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }] }),
      },
    ],
    [
      'Allow NotAction grants widely',
      'allowed by identity-based policy',
      { principal: sessionOf('r', { statements: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] }) },
    ],
    [
      'an empty NotAction matches nothing [I fakecloud #1930]',
      nothing,
      { principal: sessionOf('r', { statements: [{ Effect: 'Allow', NotAction: [], Resource: '*' }] }) },
    ],
    [
      'NotResource',
      'explicitDeny, identity-based policy',
      { principal: sessionOf('r', { statements: [allow('*'), { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::other/*' }] }) },
    ],
    [
      'an Allow without Resource grants nothing',
      nothing,
      { principal: sessionOf('r', { statements: [{ Effect: 'Allow', Action: '*' }] }) },
    ],
    [
      'a Deny without Resource denies',
      'explicitDeny, identity-based policy',
      { principal: sessionOf('r', { statements: [allow('*'), { Effect: 'Deny', Action: '*' }] }) },
    ],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));
});

describe('actions, resources, variables [D]', () => {
  const withStatement = (statement: PolicyStatement) => ({ principal: sessionOf('r', { statements: [statement] }) });
  it.each<Row>([
    ['actions in any case', 'allowed by identity-based policy', withStatement(allow('S3:putobject'))],
    ['actions with wildcards', 'allowed by identity-based policy', withStatement(allow('s3:Put?bject'))],
    ['resources by case', nothing, withStatement(allow('*', 'arn:aws:s3:::Results/*'))],
    ['* crosses slashes and colons', 'allowed by identity-based policy', withStatement(allow('*', 'arn:*json'))],
    ['a bucket is not its objects', nothing, withStatement(allow('*', 'arn:aws:s3:::results'))],
  ])('%s: %s', (_, expected, request) => expect(verdict(request)).toBe(expected));

  it.each([
    ['2012-10-17', 'allowed'],
    ['2008-10-17', 'implicitDeny'],
    [undefined, 'implicitDeny'],
  ])('a variable under version %s: %s (case 80)', (Version, expected) => {
    const document = { ...(Version !== undefined && { Version }), Statement: allow('*', 'arn:aws:s3:::b/${aws:username}/*') };
    expect(
      evaluateDocuments([document], { action: 's3:GetObject', resource: 'arn:aws:s3:::b/ann/x', context: { 'aws:username': 'ann' } }),
    ).toBe(expected);
  });

  it.each<[string, string, string, Record<string, string>]>([
    ['without a value the statement matches nothing', 'implicitDeny', 'b/${aws:username}/*', {}],
    ['with a default', 'allowed', "b/${aws:PrincipalTag/team, 'ann'}/*", {}],
    ['a value is never a wildcard', 'implicitDeny', 'b/${aws:username}/*', { 'aws:username': '*' }],
    ['an escaped star is a star', 'implicitDeny', 'b/${*}/*', {}],
  ])('a variable %s: %s', (_, expected, pattern, context) => {
    expect(evaluateDocuments([documentOf(allow('*', pattern))], { action: 's3:GetObject', resource: 'b/ann/x', context })).toBe(expected);
  });
});

describe('keys that callers cannot set', () => {
  it('aws:PrincipalArn of a session is its role, whatever the request says', () => {
    const guarded = granting('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn } } });
    expect(verdict({ principal: session, resourcePolicies: [guarded] })).toBe('allowed by resource-based policy');
    const spoofed = { 'AWS:PrincipalArn': roleArn };
    expect(verdict({ principal: userNamed('eve'), resourcePolicies: [guarded], context: spoofed })).toBe(nothing);
  });
});

describe('evaluateDocuments', () => {
  const methodArn = 'arn:aws:execute-api:us-east-1:222222222222:abc/v1/POST/request';
  it.each([
    ['allowed', [allow('execute-api:Invoke', methodArn)]],
    ['allowed', [{ Effect: 'Allow', Action: ['execute-api:Invoke'], Resource: ['arn:aws:execute-api:*:*:*/v1/POST/*'] } as const]],
    ['explicitDeny', [allow('*'), deny('execute-api:Invoke', methodArn)]],
    ['implicitDeny', [allow('execute-api:Invoke', `${methodArn}x`)]],
    ['implicitDeny', []],
  ])('%s', (expected, statements) => {
    expect(evaluateDocuments([documentOf(...statements)], { action: 'execute-api:Invoke', resource: methodArn })).toBe(expected);
  });

  it('takes one statement instead of a list', () => {
    expect(evaluateDocuments([{ Statement: allow('*') }], { action: 'a:b', resource: 'c' })).toBe('allowed');
  });
});
