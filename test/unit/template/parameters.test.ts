import { describe, expect, it } from 'vitest';
import { errorOf, load, outputsOf } from './load-text.ts';

const bucket = 'Resources: { B: { Type: AWS::S3::Bucket } }\n';

describe('parameter values', () => {
  const first = `${bucket}Outputs: { P: { Value: output } }\n`;
  const second = (local: string, fallback: string) =>
    `Metadata: { Airlock: { Account: partner, LocalParameters: { ${local} } } }\nParameters: { P: { Type: String${fallback} } }\n${bucket}Outputs: { V: { Value: !Ref P } }\n`;

  it.each([
    ['the given value', { P: 'given' }, 'P: local', first, 'provided', 'given'],
    ['LocalParameters', {}, 'P: local', first, 'provided', 'local'],
    ['an output of an earlier template', {}, '', first, 'provided', 'output'],
    ['provideParameter', {}, '', bucket, 'provided', 'provided'],
    ['Default', {}, '', bucket, undefined, 'default'],
  ])('come from %s before all that follows it', async (_what, parameters, local, earlier, provided, expected) => {
    const deployment = await load(
      { 'first.yaml': earlier, 'second.yaml': second(local, ', Default: default') },
      { parameters: parameters as Record<string, string>, provideParameter: () => provided },
    );
    expect(deployment.stacks[1]?.outputs).toEqual({ V: expected });
  });

  it('are computed from what was loaded before', async () => {
    const keys = 'Metadata: { Airlock: { Account: partner } }\nResources: { K: { Type: AWS::KMS::Key } }\n';
    const deployment = await load(
      { 'one.yaml': keys, 'two.yaml': second('', '') },
      { provideParameter: async (name, loaded) => `${name} ${loaded.keys.map((key) => key.logicalId).join()} ${loaded.stacks.length}` },
    );
    expect(deployment.stacks[1]?.outputs).toEqual({ V: 'P K 1' });
  });

  it('are the same for every template that declares the name', async () => {
    const deployment = await load({ 'a.yaml': second('', ''), 'b.yaml': second('', '') }, { parameters: { P: 'x' } });
    expect(deployment.stacks.map((stack) => stack.parameters)).toEqual([{ P: 'x' }, { P: 'x' }]);
  });

  it('without any value name the parameter, its place, its description and the flag', async () => {
    const error = await errorOf(`Parameters:\n  ProductCode:\n    Type: String\n    Description: Code of the product\n${bucket}`);
    expect(error.code).toBe('BAD_PARAMETER');
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe('template.yaml:3:5  Parameters.ProductCode: the parameter ProductCode (Code of the product) has no value');
    expect(error.hint).toBe('Give it: --parameter ProductCode=value');
  });

  it('under a name that no template declares are refused, with the nearest name', async () => {
    const error = await errorOf(second('', ', Default: x').replaceAll('P:', 'ProductCode:').replace('!Ref P', '!Ref ProductCode'), {
      parameters: { ProductCod: 'x' },
    });
    expect([error.code, error.message, error.hint]).toEqual([
      'BAD_PARAMETER',
      'no template declares the parameter ProductCod',
      'Did you mean ProductCode?',
    ]);
  });

  it('in LocalParameters must be of declared parameters', async () => {
    const error = await errorOf(second('Q: x', ', Default: x'));
    expect(error.message).toMatch(/LocalParameters names Q, which is no parameter/);
  });

  it('of NoEcho parameters are not shown, neither in the stack nor in a message', async () => {
    const text = `Parameters: { Secret: { Type: String, NoEcho: true, MaxLength: 4 } }\n${bucket}`;
    expect((await load(text, { parameters: { Secret: 'abcd' } })).stacks[0]?.parameters).toEqual({ Secret: '****' });
    expect((await errorOf(text, { parameters: { Secret: 'hunter2' } })).message).not.toContain('hunter2');
  });

  it('keep the zeros of an unquoted account number', async () => {
    const sections = `Parameters: { Account: { Type: String, Default: 012345678901 } }`;
    expect((await outputsOf(sections, '  V: { Value: !Ref Account }\n')).V).toBe('012345678901');
  });

  it.each([
    ['String, AllowedValues: [a, b]', 'c', /must be one of "a", "b"/],
    ['String, AllowedPattern: "[a-z]+"', 'abc1', /must match \[a-z\]\+/],
    ['String, MinLength: 3', 'ab', /must have at least 3 characters/],
    ['String, MaxLength: 3', 'abcd', /must have at most 3 characters/],
    ['Number', 'ten', /must be a number/],
    ['Number', '', /must be a number/],
    ['Number, MinValue: 3', '2', /must be at least 3/],
    ['Number, MaxValue: 3', '3.5', /must be at most 3/],
    ['List<Number>', '1,x', /must be a number/],
    ['CommaDelimitedList, AllowedValues: [a, b]', 'a,c', /must be one of/],
    ['String, AllowedPattern: "["', 'x', /is no regular expression/],
  ])('of { Type: %s } refuse %j', async (declaration, given, message) => {
    const error = await errorOf(`Parameters:\n  P: { Type: ${declaration}, ConstraintDescription: Read this. }\n${bucket}`, {
      parameters: { P: given },
    });
    expect(error.code).toBe('BAD_PARAMETER');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^template\.yaml:2:6 {2}Parameters\.P: /);
    expect(error.hint).toMatch(/^Read this\. .*--parameter P=value/);
  });

  it.each([
    ['AWS::EC2::VPC::Id', 'vpc-1', '!Ref P', 'vpc-1'],
    ['List<AWS::EC2::Subnet::Id>', 's-1, s-2', '!Select [1, !Ref P]', 's-2'],
    ['AWS::SSM::Parameter::Value<String>', 'as given', '!Ref P', 'as given'],
    ['AWS::SSM::Parameter::Value<List<String>>', 'a,b', '!Join ["+", !Ref P]', 'a+b'],
    ['Number', '007', '!Ref P', '007'],
    ['CommaDelimitedList', '', '!Join ["+", !Ref P]', ''],
  ])('of type %s are read from %j', async (type, given, expression, expected) => {
    const outputs = await outputsOf(`Parameters: { P: { Type: ${type} } }`, `  V: { Value: ${expression} }\n`, {
      parameters: { P: given },
    });
    expect(outputs.V).toBe(expected);
  });

  it.each([
    ['{ Type: Strin }', /Parameters\.P\.Type: unknown parameter type Strin$/],
    ['{ Type: AWS::Lamda::Bla::Id, Default: x }', /unknown parameter type AWS::Lamda::Bla::Id$/],
    ['{ Type: String, Default: }', /Parameters\.P\.Default: a parameter's Default must be a text/],
    ['{ Default: x }', /the required Type is missing/],
    ['{ Type: String, Default: x, AllowedValue: [x] }', /unknown property AllowedValue/],
  ])('cannot come from the wrong declaration %s', async (declaration, message) => {
    const error = await errorOf(`Parameters:\n  P: ${declaration}\n${bucket}`, { parameters: { P: 'x' } });
    expect(error.message).toMatch(message);
  });
});

describe('a parameter whose value is in Parameter Store', () => {
  const text = `Parameters:\n  P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b, AllowedPattern: '^/.+' }\n${bucket}Outputs: { V: { Value: !Ref P } }\n`;

  it('is refused while nothing gives the value: Default is its name there', async () => {
    const error = await errorOf(text);
    expect(error.code).toBe('BAD_PARAMETER');
    expect(error.message).toMatch(
      /^template\.yaml:2:61 {2}Parameters\.P\.Default: the value of the parameter P is in Parameter Store under "\/a\/b"/,
    );
    expect(error.hint).toMatch(/--parameter P=value, or Metadata\.Airlock\.LocalParameters\.P/);
  });

  it('takes the value that is given', async () => {
    const given = await load(text, { parameters: { P: 'value' } });
    expect(given.stacks[0]?.outputs).toEqual({ V: 'value' });
    const local = await load(`Metadata: { Airlock: { LocalParameters: { P: local } } }\n${text}`);
    expect(local.stacks[0]?.outputs).toEqual({ V: 'local' });
  });

  it('may be the name itself', async () => {
    expect(await outputsOf('Parameters: { P: { Type: "AWS::SSM::Parameter::Name", Default: /a } }', '  V: { Value: !Ref P }\n')).toEqual({
      V: '/a',
    });
  });
});
