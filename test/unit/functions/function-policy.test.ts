import { expect, test } from 'vitest';
import { functionPolicies } from '../../../emulator/functions/function-policy.ts';
import { sampleFunction, samplePermission } from './sample-function.ts';

const { arn } = sampleFunction();

// The statements as recorded on AWS. [V]
test.each([
  ['12 digits', '222222222222', { AWS: 'arn:aws:iam::222222222222:root' }],
  ['an ARN', 'arn:aws:iam::222222222222:role/init', { AWS: 'arn:aws:iam::222222222222:role/init' }],
  ['a service', 'apigateway.amazonaws.com', { Service: 'apigateway.amazonaws.com' }],
  ['everyone', '*', '*'],
])('the principal of a permission for %s', (_, principal, expected) => {
  const [policy] = functionPolicies([samplePermission({ principal })])(arn);
  expect(policy).toEqual({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [{ Sid: 'Permission', Effect: 'Allow', Principal: expected, Action: 'lambda:InvokeFunction', Resource: arn }],
  });
});

test('SourceArn and SourceAccount become conditions', () => {
  const sourceArn = 'arn:aws:execute-api:us-east-1:111111111111:abcdefghij/*';
  const [policy] = functionPolicies([samplePermission({ sourceArn, sourceAccount: '111111111111' })])(arn);
  expect(policy?.Statement).toMatchObject([
    { Condition: { StringEquals: { 'AWS:SourceAccount': '111111111111' }, ArnLike: { 'AWS:SourceArn': sourceArn } } },
  ]);
});

test('a permission for an alias counts for that alias and for nothing else [D]', () => {
  const policiesOf = functionPolicies([samplePermission({ functionArn: `${arn}:c-1` })]);
  expect(policiesOf(`${arn}:c-1`)).toHaveLength(1);
  expect(policiesOf(arn)).toEqual([]);
  expect(policiesOf(`${arn}:c-2`)).toEqual([]);
});

test('the permissions of one ARN make one policy', () => {
  const policies = functionPolicies([samplePermission(), samplePermission({ logicalId: 'Second', principal: '*' })])(arn);
  expect(policies).toHaveLength(1);
  expect(policies[0]?.Statement).toHaveLength(2);
});
