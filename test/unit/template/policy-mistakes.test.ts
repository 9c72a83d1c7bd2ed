import { describe, expect, it } from 'vitest';
import { errorOf, load } from './load-text.ts';

const policy = (statement: string) =>
  `Resources:\n  B: { Type: AWS::S3::Bucket }\n  P: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref B, PolicyDocument: { Statement: [{ ${statement} }] } } }\n`;
const all = 'Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*"';

describe('a policy that IAM would refuse, or that would hold never, is refused:', () => {
  it.each([
    [
      `${all}, Condition: { StringEqual: { aws:SourceIp: b } }`,
      /Condition\.StringEqual: unknown condition operator StringEqual$/,
      /^Did you mean StringEquals\?$/,
    ],
    [
      `${all}, Condition: { StringLikIfExists: { aws:SourceIp: b } }`,
      /unknown condition operator StringLikIfExists$/,
      /^Did you mean StringLikeIfExists\?$/,
    ],
    [
      `${all}, Condition: { "ForAnyValues:StringLike": { aws:SourceIp: b } }`,
      /unknown condition operator ForAnyValues:StringLike$/,
      /^Did you mean ForAnyValue:StringLike\?$/,
    ],
    [`${all}, Condition: { Whatever: { aws:SourceIp: b } }`, /unknown condition operator Whatever$/, /e\.g\. StringEquals/],
    [`${all}, Condition: { StringEquals: { SourceAccount: b } }`, /"SourceAccount" is no condition key$/, /aws:SourceAccount/],
    [
      `${all}, Condition: { Bool: { aws:SecureTranspotr: b } }`,
      /unknown condition key aws:SecureTranspotr$/,
      /^Did you mean aws:SecureTransport\?$/,
    ],
    [all.replace('"*"', '{ AWS: someone }'), /Principal\.AWS: "someone" is no account or ARN$/, /Role\.Arn/],
    [all.replace('"*"', '{ Service: lambda }'), /Principal\.Service: "lambda" is no service$/, /lambda\.amazonaws\.com/],
    [all.replace('"*"', '{}'), /Principal: the principal is empty$/, /Service/],
    [all.replace('"*"', '{ AWS: [] }'), /Principal\.AWS: the list is empty, but must hold a principal$/, /./],
    [all.replace('"s3:*"', '[]'), /Action: the list is empty, but must hold an action$/, /./],
  ])('%s', async (statement, message, hint) => {
    const error = await errorOf(policy(statement));
    expect(error.message).toMatch(/^template\.yaml:3:\d+ {2}Resources\.P\.Properties\.PolicyDocument\.Statement\[0\]/);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('a policy without statements', async () => {
    const error = await errorOf(policy('x').replace('[{ x }]', '[]'));
    expect(error.message).toMatch(/Statement: the policy has no statement$/);
  });

  it.each(['StringEqualsIfExists', 'ForAllValues:StringLike', 'ForAnyValue:ArnLikeIfExists', 'Null', 'NotIpAddress', 'stringequals'])(
    'not one with %s',
    async (operator) => {
      const deployment = await load(policy(`${all}, Condition: { "${operator}": { aws:SourceIp: b } }`));
      expect(deployment.buckets[0]?.policy).not.toBeNull();
    },
  );
});
