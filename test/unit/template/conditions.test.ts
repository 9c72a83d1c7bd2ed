// biome-ignore-all lint/suspicious/noTemplateCurlyInString: in these texts ${…} is the placeholder of Fn::Sub.
import { describe, expect, it } from 'vitest';
import { errorOf, load, outputsOf } from './load-text.ts';

async function decide(condition: string, stage = 'dev'): Promise<boolean> {
  const sections = `
Parameters: { Stage: { Type: String, Default: dev }, Count: { Type: Number, Default: 2 } }
Mappings: { Flags: { on: { value: true } } }
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  Asked: ${condition}
`;
  return (await outputsOf(sections, '  V: { Value: !If [Asked, "true", "false"] }\n', { parameters: { Stage: stage } })).V === 'true';
}

describe('conditions', () => {
  it.each([
    ['!Equals [a, a]', true],
    ['!Equals [a, b]', false],
    ['!Equals [!Ref Count, 2]', true],
    ['!Equals [!Ref Count, "2"]', true],
    ['!Equals [true, "true"]', true],
    ['!Equals ["", !Ref Stage]', false],
    ['!Equals [!Sub "${Stage}1", dev1]', true],
    ['!Not [!Condition IsDev]', false],
    ['!Not [{ Condition: IsDev }]', false],
    ['!And [!Condition IsDev, !Equals [1, 1]]', true],
    ['!And [!Condition IsDev, !Equals [1, 2]]', false],
    ['!Or [!Equals [1, 2], !Condition IsDev]', true],
    ['!Or [!Equals [1, 2], !Not [!Condition IsDev]]', false],
    ['!Condition IsDev', true],
    ['!Equals [!FindInMap [Flags, on, value], true]', true],
  ])('%s is %s', async (condition, expected) => {
    expect(await decide(condition)).toBe(expected);
  });

  it('drops resources and outputs whose condition does not hold', async () => {
    const deployment = await load(`
Parameters: { Stage: { Type: String, Default: dev } }
Conditions: { IsProd: !Equals [!Ref Stage, prod] }
Resources:
  Kept: { Type: AWS::S3::Bucket }
  Dropped: { Type: AWS::S3::Bucket, Condition: IsProd }
  Uses: { Type: AWS::S3::Bucket, DependsOn: Dropped, Properties: { BucketName: !If [IsProd, !Ref Dropped, fallback] } }
Outputs:
  Dropped: { Condition: IsProd, Value: !Ref Dropped }
`);
    expect(deployment.buckets.map((bucket) => bucket.logicalId)).toEqual(['Kept', 'Uses']);
    expect(deployment.stacks[0]?.outputs).toEqual({});
  });

  it('make no circle through a branch that is not taken', async () => {
    const deployment = await load(`
Parameters: { P: { Type: String, Default: x } }
Conditions: { No: !Equals [!Ref P, y], Yes: !Equals [!Ref P, x] }
Resources:
  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !If [No, !Ref B, aaa] } }
  B: { Type: AWS::S3::Bucket, Properties: { BucketName: !If [Yes, !Sub "\${A}-b", !Ref C] } }
  C: { Type: AWS::S3::Bucket, DependsOn: B }
`);
    expect(deployment.buckets.map((bucket) => bucket.bucketName)).toEqual(['aaa', 'aaa-b', expect.any(String)]);
  });

  it.each([
    [
      'a reference to a dropped resource',
      '  A: { Type: AWS::S3::Bucket, Condition: No }\n  B: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref A } }',
      /:7:57 {2}Resources\.B\.Properties\.BucketName\.Ref: Ref names A, which its condition No drops/,
    ],
    [
      'an attribute of a dropped resource',
      '  A: { Type: AWS::S3::Bucket, Condition: No }\n  B: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "${A.Arn}" } }',
      /:7:.*Fn::GetAtt names A, which its condition No drops/,
    ],
    [
      'a condition that is not declared',
      '  A: { Type: AWS::S3::Bucket, Condition: Nope }',
      /:6:42 {2}Resources\.A\.Condition: the condition Nope is not declared/,
    ],
    [
      'a condition of Fn::If that is not declared',
      '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !If [Nah, a, b] } }',
      /:6:.*the condition Nah is not declared/,
    ],
    [
      'Fn::Equals in a resource',
      '  A: { Type: AWS::S3::Bucket, Properties: { BucketName: !Equals [a, b] } }',
      /Fn::Equals may stand in Conditions and Rules only/,
    ],
  ])('refuses %s', async (_what, resources, message) => {
    const error = await errorOf(`
Parameters: { P: { Type: String, Default: x } }
Conditions:
  No: !Equals [!Ref P, y]
Resources:
${resources}
`);
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
  });

  it.each([
    ['!Equals [!Ref B, x]', /Ref names B, which is a resource, and those do not exist yet here/],
    ['!Equals [!GetAtt B.Arn, x]', /Fn::GetAtt names B, a resource, and those do not exist yet here/],
    ['!Equals [a]', /Fn::Equals takes a list of 2 values/],
    ['!Equal [a, b]', /unknown tag !Equal/],
    ['{ Fn::Equal: [a, b] }', /unknown function Fn::Equal in a condition/],
    ['!And [!Equals [a, a]]', /Fn::And takes a list of 2 to 10 values/],
    ['just text', /a condition must be one function/],
    ['!Not [!Condition A]', /circular conditions: A -> A/],
  ])('refuses the condition %s', async (condition, message) => {
    const error = await errorOf(`Conditions:\n  A: ${condition}\nResources: { B: { Type: AWS::S3::Bucket } }`);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/template\.yaml:2:\d+/);
  });

  it('asserts the rules, only where their condition holds', async () => {
    const template = (stage: string) => `
Parameters:
  Stage: { Type: String, Default: ${stage} }
  Size: { Type: String, Default: small }
  Zones: { Type: CommaDelimitedList, Default: 'a,b' }
Rules:
  ProdIsLarge:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - Assert: !Contains [[large, huge], !Ref Size]
        AssertDescription: Production is large.
      - Assert: !EachMemberIn [!Ref Zones, [a, b, c]]
Resources: { B: { Type: AWS::S3::Bucket } }
`;
    await expect(load(template('dev'))).resolves.toBeDefined();
    const error = await errorOf(template('prod'));
    expect(error.code).toBe('BAD_PARAMETER');
    expect(error.message).toBe('template.yaml:10:9  Rules.ProdIsLarge.Assertions[0]: Production is large.');
    await expect(load(template('prod'), { parameters: { Size: 'huge' } })).resolves.toBeDefined();
    const zones = await errorOf(template('prod'), { parameters: { Size: 'huge', Zones: 'a,z' } });
    expect(zones.message).toContain('template.yaml:12:9');
  });
});
