import { describe, expect, it } from 'vitest';
import { readShippedTemplate, resourcesOf, rolePolicyStatements, type Statement, sub } from './shipped-template.ts';

const template = readShippedTemplate('partner');
const roleArn = { 'Fn::GetAtt': ['TokenFunctionRole', 'Arn'] };
const root = { AWS: sub('arn:{AWS::Partition}:iam::{AWS::AccountId}:root') };

describe('infra/partner.yaml', () => {
  it('has exactly one alias and one permission, for the subscriber and by Ref of the alias (11)', () => {
    expect(resourcesOf(template, 'AWS::Lambda::Alias')).toHaveLength(1);
    expect(template.Resources.SubscriberAlias).toMatchObject({
      Condition: 'HasSubscriber',
      Properties: { Name: { Ref: 'SubscriberAliasId' } },
    });
    expect(resourcesOf(template, 'AWS::Lambda::Permission')).toEqual([
      [
        'SubscriberPermission',
        {
          Type: 'AWS::Lambda::Permission',
          Condition: 'HasSubscriber',
          Properties: {
            FunctionName: { Ref: 'SubscriberAlias' },
            Action: 'lambda:InvokeFunction',
            Principal: { Ref: 'SubscriberAccountId' },
          },
        },
      ],
    ]);
  });

  const aliasIds: readonly (readonly [id: string, ok: boolean])[] = [
    ['s-k3v9x2m7q4ta', true],
    ['', true],
    ['222222222222', false],
    ['7', false],
    ['$LATEST', false],
    ['s-short', false],
    ['S-K3V9X2M7Q4TA', false],
    ['live', false],
  ];
  it.each(aliasIds)('takes the alias id %j: %s (verdict 2)', (id, ok) => {
    expect(new RegExp(String(template.Parameters.SubscriberAliasId?.AllowedPattern)).test(id)).toBe(ok);
  });

  it.each(['SigningKeyA', 'SigningKeyB'])('lets only the token function sign with %s, and only ES256 digests (14)', (id) => {
    const statements = template.Resources[id]?.Properties.KeyPolicy.Statement as Statement[];
    const mentions = (action: string) => statements.filter(({ Action }) => JSON.stringify(Action).includes(action));
    expect(mentions('kms:Sign')).toEqual([
      {
        Sid: 'TokenFunctionSigns',
        Effect: 'Allow',
        Principal: { AWS: roleArn },
        Action: 'kms:Sign',
        Resource: '*',
        Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'DIGEST' } },
      },
      {
        Sid: 'NobodyElseSigns',
        Effect: 'Deny',
        Principal: root,
        Action: 'kms:Sign',
        Resource: '*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArn } },
      },
    ]);
    const administration = statements.find(({ Sid }) => Sid === 'AccountManagesButDoesNotSign');
    expect(administration?.Principal).toEqual(root);
    for (const action of administration?.Action ?? []) expect(action).not.toMatch(/^kms:(\*|S\*|Sign|CreateGrant)/);
    // Without it nobody could ever change the policy again.
    expect(administration?.Action).toContain('kms:PutKeyPolicy');
  });

  it('has the same policy on both keys', () => {
    expect(template.Resources.SigningKeyA?.Properties.KeyPolicy).toEqual(template.Resources.SigningKeyB?.Properties.KeyPolicy);
  });

  it("gives the token function's role nothing but records and logs", () => {
    const role = template.Resources.TokenFunctionRole;
    if (role === undefined) throw new Error('no role');
    expect(rolePolicyStatements(role).map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ['s3:GetObject', sub('{SubscriptionsBucket.Arn}/subscriptions/*')],
      ['s3:ListBucket', { 'Fn::GetAtt': ['SubscriptionsBucket', 'Arn'] }],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::GetAtt': ['TokenFunctionLogs', 'Arn'] }],
    ]);
  });

  it('keeps the function and its version, whose loss would lock every customer out (verdict 6)', () => {
    for (const id of ['TokenFunction', 'TokenFunctionVersion'])
      expect(template.Resources[id]).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(template.Parameters.TokenLifetimeSeconds).toMatchObject({ MaxValue: 900 });
  });
});
