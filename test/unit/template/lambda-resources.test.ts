import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, load } from './load-text.ts';
import { inlineFunction, template } from './resources.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'airlock-template-'));
  writeFileSync(join(directory, 'handler.ts'), 'export const handler = async () => 1;\n');
  writeFileSync(join(directory, 'plain.mjs'), 'export const handler = async () => 1;\n');
  writeFileSync(join(directory, 'code.zip'), 'zip');
});
afterAll(() => rmSync(directory, { recursive: true }));

const arn = 'arn:aws:lambda:us-east-1:222222222222:function:work';
const named = inlineFunction('FunctionName: work');

describe('AWS::Lambda::Function', () => {
  it('has AWS defaults where nothing is said', async () => {
    const [definition] = (await load(template(inlineFunction()))).functions;
    expect(definition).toMatchObject({
      ...{ timeoutSeconds: 3, memorySizeMb: 128, reservedConcurrency: null, environment: {}, versions: [], aliases: [] },
      ...{ runtime: 'nodejs24.x', handler: 'index.handler', roleArn: 'arn:aws:iam::222222222222:role/worker' },
      functionName: expect.stringMatching(/^airlock-template-Fn-[A-Z0-9]{12}$/),
      code: { kind: 'inline', source: 'exports.handler = async () => 1;' },
    });
    expect(definition?.arn).toBe(`arn:aws:lambda:us-east-1:222222222222:function:${definition?.functionName}`);
  });

  it('takes what is said, numbers and flags as environment texts', async () => {
    const more =
      'FunctionName: work\nTimeout: "30"\nMemorySize: 512\nReservedConcurrentExecutions: 2\nEnvironment: { Variables: { AB: 1, CD: true, EF: !Ref AWS::Region } }';
    const [definition] = (await load(template(inlineFunction(more)))).functions;
    expect(definition).toMatchObject({ arn, timeoutSeconds: 30, memorySizeMb: 512, reservedConcurrency: 2 });
    expect(definition?.environment).toEqual({ AB: '1', CD: 'true', EF: 'us-east-1' });
  });

  it('lists properties that change nothing here', async () => {
    const deployment = await load(template(inlineFunction('VpcConfig: { SubnetIds: [a], SecurityGroupIds: [b] }\nLayers: [arn:x]')));
    expect(deployment.notEmulatedProperties.map(({ logicalId, property }) => `${logicalId}.${property}`)).toEqual([
      'Fn.VpcConfig',
      'Fn.Layers',
    ]);
  });

  it.each([
    ['Timeout: 901', /Timeout: must be a whole number from 1 to 900, but is "901"/],
    ['MemorySize: 64', /MemorySize: must be a whole number from 128/],
    ['Environment: { Variables: { AWS_REGION: x } }', /AWS_REGION is set by Lambda itself/],
    ['Environment: { Variables: { 1A: x } }', /"1A" is no name of a variable/],
    [`Environment: { Variables: { AB: ${'x'.repeat(4_100)} } }`, /the variables have 4102 bytes; Lambda takes 4096/],
    ['Environment: { Variables: { AB: [1] } }', /AB: must be a text, but is a list/],
    ['Enviroment: {}', /unknown property Enviroment/],
    ['FunctionName: "a b"', /"a b" is no function name/],
    ['PackageType: Image', /functions from container images are not emulated/],
  ])('refuses %s', async (property, message) => {
    expect((await errorOf(template(inlineFunction(property)))).message).toMatch(message);
  });

  it.each([
    ['Runtime: nodejs24.x', 'Runtime: python3.13', /the runtime "python3\.13" is not emulated/],
    ['Runtime: nodejs24.x', '', /the required Runtime is missing/],
    ['Handler: index.handler', '', /the required Handler is missing/],
    ['!GetAtt Role.Arn', 'arn:aws:iam::222222222222:role/other', /no template declares the role arn:aws:iam::222222222222:role\/other/],
  ])('refuses %s replaced by %j', async (from, to, message) => {
    expect((await errorOf(template(inlineFunction().replace(from, to)))).message).toMatch(message);
  });
});

describe("a function's code", () => {
  const coded = (code: string, metadata = '', handler = 'handler.handler') =>
    template(`
  Fn:
    Type: AWS::Lambda::Function
    Metadata: { ${metadata} }
    Properties: { Role: !GetAtt Role.Arn, Runtime: nodejs24.x, Handler: ${handler}, Code: ${code} }
`);
  const loadIn = (text: string) => load({}, { templates: [{ path: join(directory, 'template.yaml'), text }] });
  const errorIn = (text: string) => errorOf({}, { templates: [{ path: join(directory, 'template.yaml'), text }] });
  const build = 'BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts]';

  it.each(['.', './code.zip', 'plain.mjs'])('may be the local path %s, from the template', async (path) => {
    const [definition] = (await loadIn(coded(path, '', 'plain.handler'))).functions;
    expect(definition?.code).toMatchObject({ kind: 'local', path: join(directory, path), esbuild: null });
  });

  it("is bundled as SAM's metadata says, with SAM's defaults", async () => {
    const [plain] = (await loadIn(coded('.', `${build} }`))).functions;
    expect(plain?.code).toMatchObject({
      esbuild: {
        entryPoints: ['handler.ts'],
        format: 'cjs',
        target: 'es2020',
        minify: true,
        sourcemap: false,
        mainFields: ['main', 'module'],
      },
    });
    const more =
      'Format: esm, Target: node24, Minify: false, Sourcemap: true, External: ["@aws-sdk/*"], MainFields: "module,main", OutExtension: [.js=.mjs], Banner: [{ js: x }]';
    const [said] = (await loadIn(coded('.', `${build}, ${more.replace('[{ js: x }]', '["js=a=b;"]')} }`))).functions;
    expect(said?.code).toMatchObject({
      esbuild: {
        ...{ format: 'esm', target: 'node24', minify: false, sourcemap: true, external: ['@aws-sdk/*'], mainFields: ['module', 'main'] },
        ...{ outExtension: { '.js': '.mjs' }, banner: { js: 'a=b;' } },
      },
    });
  });

  it("takes SAM's loaders, definitions and names", async () => {
    const more = 'Loader: [.png=file, .txt=text], Define: [MODE="a"], KeepNames: true, SourcesContent: false';
    const [definition] = (await loadIn(coded('.', `${build}, ${more} }`))).functions;
    expect(definition?.code).toMatchObject({
      esbuild: { loader: { '.png': 'file', '.txt': 'text' }, define: { MODE: '"a"' }, keepNames: true, sourcesContent: false },
    });
  });

  it('has a handler in one of the bundled modules', async () => {
    const error = await errorIn(coded('.', `${build} }`, 'src.handler'));
    expect(error.message).toMatch(/Properties\.Handler: Handler names the module "src", which is none of the EntryPoints$/);
    expect(error.hint).toBe('The bundle has: handler.');
  });

  it('in S3 is found by Metadata.Airlock.LocalCode, bundled the same way', async () => {
    const [definition] = (await loadIn(coded('{ S3Bucket: b, S3Key: k }', `Airlock: { LocalCode: . }, ${build} }`))).functions;
    expect(definition?.code).toMatchObject({ kind: 'local', path: directory, esbuild: { entryPoints: ['handler.ts'] } });
  });

  it.each([
    ['a path that is not there', './nowhere', '', /there is no code at .*airlock-template-[^/]+\/nowhere/, /relative to the template/],
    ['code in S3 only', '{ S3Bucket: b, S3Key: k }', '', /the code is in S3 and nothing local is named/, /LocalCode/],
    ['an image', '{ ImageUri: x }', '', /container images are not emulated/, /local path/],
    ['an unknown key', '{ Zipfile: x }', '', /unknown property Zipfile/, /./],
    [
      'an entry point that is not there',
      '.',
      'BuildMethod: esbuild, BuildProperties: { EntryPoints: [none.ts] }',
      /there is no file .*\/none\.ts/,
      /EntryPoints/,
    ],
    ['no entry points', '.', 'BuildMethod: esbuild, BuildProperties: { Minify: true }', /the required EntryPoints is missing/, /./],
    ['an unknown build method', '.', 'BuildMethod: makefile', /BuildMethod "makefile" is not emulated/, /./],
    ['a loader that esbuild does not have', '.', `${build}, Loader: [.png=fil] }`, /esbuild has no loader "fil"/, /Did you mean file\?/],
    [
      'a misspelt build method',
      '.',
      'BuildMethdo: esbuild',
      /Metadata\.BuildMethdo: unknown key BuildMethdo of Metadata/,
      /Did you mean BuildMethod\?/,
    ],
    ['build properties alone', '.', 'BuildProperties: { EntryPoints: [handler.ts] }', /BuildProperties needs BuildMethod/, /./],
    [
      'a handler in TypeScript that is not built',
      '.',
      '',
      /Properties\.Handler: Handler names the module "handler", but there is no/,
      /handler\.ts must be built/,
    ],
    ['inline code that is built', '{ ZipFile: x }', `${build} }`, /inline code is not built/, /local path/],
    ['an unknown build property', '.', `${build}, Formt: esm }`, /unknown property Formt/, /Did you mean Format\?/],
  ])('is refused for %s', async (_what, code, metadata, message, hint) => {
    const error = await errorIn(coded(code, metadata));
    expect(error.code).toBe('BAD_TEMPLATE');
    expect(error.message).toMatch(message);
    expect(`${error.message}${error.hint}`).toMatch(hint);
  });
});

describe('versions, aliases and permissions', () => {
  const publication = `
  V1: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Fn } }
  V2: { Type: AWS::Lambda::Version, Properties: { FunctionName: !GetAtt Fn.Arn } }
  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: !GetAtt V2.Version, Name: live } }
  Next: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: $LATEST, Name: s-k3v9x2m7q4ta } }
`;
  const permission = (properties: string) =>
    `  Allow: { Type: AWS::Lambda::Permission, Properties: { Action: lambda:InvokeFunction, ${properties} } }\n`;

  it('join the function, numbered in the order of the template', async () => {
    const outputs = 'Outputs: { V2: { Value: !Ref V2 }, Live: { Value: !Ref Live }, Number: { Value: !GetAtt V2.Version } }';
    const deployment = await load(template(named + publication + outputs));
    expect(deployment.functions[0]).toMatchObject({
      versions: ['1', '2'],
      aliases: [
        { name: 'live', functionVersion: '2' },
        { name: 's-k3v9x2m7q4ta', functionVersion: '$LATEST' },
      ],
    });
    expect(deployment.stacks[0]?.outputs).toEqual({ V2: `${arn}:2`, Live: `${arn}:live`, Number: '2' });
  });

  it('may stand in a later template of the same account', async () => {
    const later =
      'Resources:\n  Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: work, FunctionVersion: "1", Name: live } }\n';
    const v1 = '  V1: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Fn } }\n';
    const deployment = await load({ 'one.yaml': template(named + v1), 'two.yaml': later });
    expect(deployment.functions[0]?.aliases).toEqual([{ name: 'live', functionVersion: '1' }]);
  });

  it.each([
    ['FunctionName: !Ref Fn', arn],
    ['FunctionName: !GetAtt Fn.Arn', arn],
    ['FunctionName: !Ref Live', `${arn}:live`],
    ['FunctionName: "work:live"', `${arn}:live`],
    ['FunctionName: !Ref V1', `${arn}:1`],
    ['FunctionName: "222222222222:function:work"', arn],
  ])('a permission with %s is for %s', async (property, expected) => {
    const deployment = await load(template(named + publication + permission(`${property}, Principal: "111111111111"`)));
    expect(deployment.functionPermissions).toMatchObject([
      { functionArn: expected, principal: '111111111111', action: 'lambda:InvokeFunction', sourceArn: null, sourceAccount: null },
    ]);
  });

  it.each([
    ['lambda:InvokeFunction', 's3.amazonaws.com'],
    ['lambda:invokefunction', 'logs.us-east-1.amazonaws.com'],
    ['lambda:InvokeFunctionUrl', 'arn:aws:iam::111111111111:role/caller'],
    ['lambda:InvokeAsync', 'lambda.amazonaws.com.cn'],
    ['lambda:ListTags', '111111111111'],
    ['lambda:GetFunction', '*'],
    ['lambda:*', 'alexa-appkit.amazon.com'],
  ])('what AWS takes boots: %s for %s', async (action, principal) => {
    const text = permission(`FunctionName: !Ref Fn, Principal: "${principal}"`).replace('lambda:InvokeFunction', `"${action}"`);
    expect((await load(template(named + text))).functionPermissions).toMatchObject([{ action, principal }]);
  });

  it.each(['PrincipalOrgID: o-abc', 'FunctionUrlAuthType: NONE', 'EventSourceToken: x', 'InvokedViaFunctionUrl: true'])(
    'a permission with a condition that is not emulated (%s) grants nothing, and says so',
    async (condition) => {
      const deployment = await load(template(named + permission(`FunctionName: !Ref Fn, Principal: "*", ${condition}`)));
      expect(deployment.functionPermissions).toEqual([]);
      expect(deployment.notEmulatedProperties).toMatchObject([{ logicalId: 'Allow', effect: expect.stringContaining('grants nothing') }]);
    },
  );

  it.each([
    [
      'an alias of digits only',
      '  A: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: $LATEST, Name: "222222222222" } }',
      /Name: must be a text/,
    ],
    [
      'an alias of a version that is not there',
      '  A: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Fn, FunctionVersion: "3", Name: a } }',
      /the function has no version "3"/,
    ],
    [
      'an alias of another function',
      '  A: { Type: AWS::Lambda::Alias, Properties: { FunctionName: wrok, FunctionVersion: $LATEST, Name: a } }',
      /no template declares the function .*:wrok/,
    ],
    [
      'a permission for an alias that is not there',
      permission('FunctionName: "work:nope", Principal: "*"'),
      /no template declares the function .*:work:nope/,
    ],
    ['a permission for something else', permission('FunctionName: "a/b", Principal: "*"'), /"a\/b" names no function/],
    [
      'an action that Lambda does not have',
      permission('FunctionName: !Ref Fn, Principal: "*"').replace('lambda:InvokeFunction', 'lambda:Invoke'),
      /template\.yaml:\d+:.*Action: Lambda has no action "lambda:Invoke".*Did you mean lambda:InvokeFunction\?/s,
    ],
    [
      'a misspelt action',
      permission('FunctionName: !Ref Fn, Principal: "*"').replace('lambda:InvokeFunction', 'lambda:InvokFunctionUrl'),
      /Did you mean lambda:InvokeFunctionUrl\?/,
    ],
    [
      'a service of another domain',
      permission('FunctionName: !Ref Fn, Principal: apigateway.amazon.com'),
      /template\.yaml:\d+:.*Principal: "apigateway\.amazon\.com" is no principal.*Did you mean apigateway\.amazonaws\.com\?/s,
    ],
    [
      'a misspelt service',
      permission('FunctionName: !Ref Fn, Principal: apigatway.amazonaws.com'),
      /Did you mean apigateway\.amazonaws\.com\?/,
    ],
    ['a service without a domain', permission('FunctionName: !Ref Fn, Principal: apigateway'), /"apigateway" is no principal/],
    ['an ARN that is no principal', permission('FunctionName: !Ref Fn, Principal: !GetAtt Fn.Arn'), /is no principal/],
    [
      'an action that is none of Lambda',
      permission('FunctionName: !Ref Fn, Principal: "*"').replace('lambda:InvokeFunction', 's3:GetObject'),
      /Action: must be a text/,
    ],
  ])('refuse %s', async (_what, resource, message) => {
    const error = await errorOf(template(`${named}${resource}`));
    expect(`${error.message}\n${error.hint}`).toMatch(message);
  });
});
