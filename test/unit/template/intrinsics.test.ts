// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputsOf } from './load-text.ts';

const sections = `
Parameters:
  Stage: { Type: String, Default: dev }
  Zones: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Ports: { Type: List<Number>, Default: '80,443' }
Mappings:
  Sizes:
    us-east-1: { dev: small, list: [x, y], number: 3 }
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Equals [!Ref Stage, prod]
`;

async function value(expression: string, more = ''): Promise<string | undefined> {
  return (await outputsOf(more + sections, `  Value: { Value: ${expression} }\n`)).Value;
}

describe('intrinsic functions', () => {
  it.each([
    ['!Ref Stage', 'dev'],
    ['{ Ref: Stage }', 'dev'],
    ['!Ref Bucket', 'my-bucket'],
    ['!Ref AWS::Region', 'us-east-1'],
    ['!Ref AWS::AccountId', '222222222222'],
    ['!Ref AWS::Partition', 'aws'],
    ['!Ref AWS::URLSuffix', 'amazonaws.com'],
    ['!Ref AWS::StackName', 'airlock-template'],
    ['!GetAtt Bucket.Arn', 'arn:aws:s3:::my-bucket'],
    ['!GetAtt [Bucket, Arn]', 'arn:aws:s3:::my-bucket'],
    ['{ Fn::GetAtt: [Bucket, !Sub "A${X}"] }'.replace('!Sub "A${X}"', '!Join ["", [A, rn]]'), 'arn:aws:s3:::my-bucket'],
    ['{ Fn::GetAtt: Bucket.RegionalDomainName }', 'my-bucket.s3.us-east-1.amazonaws.com'],
    ['!Sub "a-${Stage}-${AWS::Region}-${Bucket}-${Bucket.Arn}"', 'a-dev-us-east-1-my-bucket-arn:aws:s3:::my-bucket'],
    ['!Sub "${!Stage} $ {Stage} ${Stage}$"', '${Stage} $ {Stage} dev$'],
    ['!Sub ["${Own}/${Stage}", { Own: !GetAtt Bucket.Arn }]', 'arn:aws:s3:::my-bucket/dev'],
    ['!Sub ["${Stage}", { Stage: own wins }]', 'own wins'],
    ['!Join ["-", [a, !Ref Stage, 1, true]]', 'a-dev-1-true'],
    ['!Join [",", !Ref Zones]', 'a,b,c'],
    ['!Join ["", [a, !Ref AWS::NoValue, b]]', 'ab'],
    ['!Select [1, !Ref Zones]', 'b'],
    ['!Select ["1", !Ref Ports]', '443'],
    ['!Select [2, !Split ["|", "a|b|"]]', ''],
    ['!Select [5, !Split [":", !GetAtt Bucket.Arn]]', 'my-bucket'],
    ['!If [IsDev, yes, no]', 'yes'],
    ['!If [IsProd, yes, !If [IsDev, inner, no]]', 'inner'],
    ['!FindInMap [Sizes, !Ref AWS::Region, !Ref Stage]', 'small'],
    ['!FindInMap [Sizes, us-east-1, number]', '3'],
    ['!Join ["+", !FindInMap [Sizes, us-east-1, list]]', 'x+y'],
    ['!Base64 héllo', Buffer.from('héllo').toString('base64')],
    ['!Select [1, !Cidr [10.0.0.0/16, 2, 8]]', '10.0.1.0/24'],
    ['!Join [",", !GetAZs ""]', 'us-east-1a,us-east-1b,us-east-1c'],
    ['!Select [0, !GetAZs eu-west-1]', 'eu-west-1a'],
  ])('%s gives %s', async (expression, expected) => {
    expect(await value(expression)).toBe(expected);
  });

  it.each([
    ['!FindInMap [Sizes, nowhere, dev, { DefaultValue: !Ref Stage }]', 'dev'],
    ['!Length [a, b]', '2'],
    ['!Join ["", [!Length { Ref: Zones }]]', '3'],
    ['!ToJsonString { A: [1, !Ref Stage] }', '{"A":[1,"dev"]}'],
  ])('%s gives %s with the language extensions', async (expression, expected) => {
    expect(await value(expression, 'Transform: AWS::LanguageExtensions\n')).toBe(expected);
  });

  it('makes stack ids and ARNs of the right partition', async () => {
    const outputs = await outputsOf(sections, '  Id: { Value: !Ref AWS::StackId }\n  Arn: { Value: !GetAtt Bucket.Arn }\n', {
      region: 'cn-north-1',
    });
    expect(outputs.Id).toMatch(/^arn:aws-cn:cloudformation:cn-north-1:222222222222:stack\/airlock-template\/[0-9a-f-]{36}$/);
    expect(outputs.Arn).toBe('arn:aws-cn:s3:::my-bucket');
  });

  it('leaves out what is AWS::NoValue', async () => {
    const bucket = 'Resources:\n  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: !If [IsProd, given, !Ref AWS::NoValue] } }\n';
    const outputs = await outputsOf(sections + bucket, '  Name: { Value: !Ref Bucket }\n');
    expect(outputs.Name).toMatch(/^airlock-template-bucket-[a-z0-9]{12}$/);
  });

  it('gives an imported value of an earlier template of the same account only', async () => {
    const exporting = (account: string) =>
      `Metadata: { Airlock: { Account: ${account} } }\nResources: { B: { Type: AWS::S3::Bucket, Properties: { BucketName: exported } } }\nOutputs: { B: { Value: !Ref B, Export: { Name: !Sub "\${AWS::StackName}-b" } } }`;
    const importing = 'Resources: { C: { Type: AWS::S3::Bucket } }\nOutputs: { Value: { Value: !ImportValue airlock-one-b } }';
    const { load, errorOf } = await import('./load-text.ts');
    const deployment = await load({ 'one.yaml': exporting('customer'), 'two.yaml': importing });
    expect(deployment.stacks[1]?.outputs).toEqual({ Value: 'exported' });
    const error = await errorOf({ 'one.yaml': exporting('partner'), 'two.yaml': importing });
    expect(error.message).toContain('no earlier template of account 222222222222 exports airlock-one-b');
  });

  it('undoes Split by Join, and Sub of a literal is the literal', async () => {
    const text = fc.stringMatching(/^[a-z.:/ -]{1,30}$/).filter((candidate) => candidate.trim() === candidate);
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        const quoted = JSON.stringify(source);
        expect(await value(`!Join [":", !Split [":", ${quoted}]]`)).toBe(source);
        expect(await value(`!Sub ${JSON.stringify(`\${!${source.replaceAll(':', '')}}`)}`)).toBe(`\${${source.replaceAll(':', '')}}`);
      }),
      { numRuns: 50 },
    );
  });
});
