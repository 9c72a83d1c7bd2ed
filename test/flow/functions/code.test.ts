import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EsbuildOptions, FunctionCode, FunctionDefinition } from '../../../emulator/template/deployment.ts';
import { inline, location, sampleFunction } from '../../unit/functions/sample-function.ts';
import { hostOf, temporaryDirectory } from './host-for-test.ts';

const esbuild: EsbuildOptions = {
  entryPoints: ['handler.ts'],
  format: 'esm',
  target: 'node24',
  minify: false,
  sourcemap: true,
  external: [],
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
};

async function project(files: Record<string, string>): Promise<string> {
  const directory = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return directory;
}

const local = (path: string, options: EsbuildOptions | null): FunctionCode => ({ kind: 'local', path, esbuild: options, location });

async function resultOf(changes: Partial<FunctionDefinition>): Promise<unknown> {
  const definition = sampleFunction(changes);
  const host = await hostOf([definition]);
  const invocation = await host.invoke({ functionArn: definition.arn, payload: '{}' });
  if ('kind' in invocation || invocation.outcome.kind !== 'returned') throw new Error(JSON.stringify(invocation));
  return JSON.parse(invocation.outcome.payload);
}

test('TypeScript is bundled as the template says, with what it imports', async () => {
  const path = await project({
    'handler.ts': "import { two } from './lib/two.ts'; enum E { One = 1 } export const handler = async (): Promise<number> => E.One + two;",
    'lib/two.ts': 'export const two: number = 2;',
  });
  expect(await resultOf({ handler: 'handler.handler', code: local(path, esbuild) })).toBe(3);
});

test('the AWS SDK is found, from a bundle and from code that runs in place', async () => {
  const source = "import { S3Client } from '@aws-sdk/client-s3'; export const handler = async () => typeof S3Client;";
  const path = await project({ 'handler.ts': source });
  expect(await resultOf({ handler: 'handler.handler', code: local(path, esbuild) })).toBe('function');
  expect(await resultOf({ code: inline(source) })).toBe('function');
  expect(await resultOf({ code: inline("exports.handler = async () => typeof require('@aws-sdk/client-s3').S3Client;") })).toBe('function');
});

test("a handler's own copy of the SDK comes before ours", async () => {
  const path = await project({
    'handler.ts': "import { version } from '@aws-sdk/client-s3'; export const handler = async () => version;",
    'node_modules/@aws-sdk/client-s3/package.json': '{ "main": "index.js" }',
    'node_modules/@aws-sdk/client-s3/index.js': "exports.version = 'own';",
  });
  expect(await resultOf({ handler: 'handler.handler', code: local(path, esbuild) })).toBe('own');
});

test('other packages that are not installed are not found: only the SDK comes with Lambda', async () => {
  const definition = sampleFunction({ code: inline("import { pino } from 'pino'; export const handler = async () => typeof pino;") });
  const host = await hostOf([definition]);
  const invocation = await host.invoke({ functionArn: definition.arn, payload: '{}' });
  expect(invocation).toMatchObject({
    outcome: { kind: 'crashed', error: { errorMessage: expect.stringContaining("Cannot find package 'pino'") } },
  });
});

test('a stack trace names the line that was written', async () => {
  const path = await project({
    'handler.ts': 'interface A { a: 1 }\n\nexport const handler = async (a: A) => {\n  throw new Error(String(a));\n};\n',
  });
  const definition = sampleFunction({ handler: 'handler.handler', code: local(path, esbuild) });
  const host = await hostOf([definition]);
  const invocation = await host.invoke({ functionArn: definition.arn, payload: '{}' });
  expect(invocation).toMatchObject({
    outcome: { kind: 'threw', error: { trace: expect.arrayContaining([expect.stringContaining(`${join(path, 'handler.ts')}:4:9`)]) } },
  });
});

test('several entry points keep their folders', async () => {
  const path = await project({ 'a/one.ts': 'export const handler = async () => 1;', 'b/two.ts': 'export const handler = async () => 2;' });
  const options = { ...esbuild, entryPoints: ['a/one.ts', 'b/two.ts'] };
  expect(await resultOf({ handler: 'b/two.handler', code: local(path, options) })).toBe(2);
});

test('functions of the same name in two accounts do not mix', async () => {
  const one = sampleFunction({ code: inline('export const handler = async () => 1;') });
  const two = sampleFunction({ accountId: '222222222222', code: inline('export const handler = async () => 2;') });
  const host = await hostOf([one, two]);
  expect(await host.invoke({ functionArn: two.arn, payload: '{}' })).toMatchObject({ outcome: { payload: '2' } });
  expect(await host.invoke({ functionArn: one.arn, payload: '{}' })).toMatchObject({ outcome: { payload: '1' } });
});

test('a directory without esbuild metadata runs in place', async () => {
  const path = await project({
    'src/app.cjs': "exports.deep = { handler: async () => require('./answer.json') };",
    'src/answer.json': '42',
  });
  expect(await resultOf({ handler: 'src/app.deep.handler', code: local(path, null) })).toBe(42);
});

// [S]: handler strings that lead nowhere
test.each([
  ['index', 'Runtime.MalformedHandlerName', 'Bad handler'],
  [
    '../index.handler',
    'Runtime.MalformedHandlerName',
    "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
  ],
  ['other.handler', 'Runtime.ImportModuleError', expect.stringContaining("Cannot find module 'other'")],
])('the handler %s is %s', async (handler, errorType, errorMessage) => {
  const definition = sampleFunction({ handler });
  const host = await hostOf([definition]);
  expect(await host.invoke({ functionArn: definition.arn, payload: '{}' })).toMatchObject({
    outcome: { kind: 'crashed', error: { errorType, errorMessage } },
  });
});

test('code that does not compile is refused at the start with file, line and column', async () => {
  const path = await project({ 'handler.ts': 'export const a = 1;\nexport const handler = async () => missing(;\n' });
  await expect(hostOf([sampleFunction({ code: local(path, esbuild) })])).rejects.toMatchObject({
    code: 'BAD_FUNCTION_CODE',
    message: `Could not bundle function sample:\n${join(path, 'handler.ts')}:2:44: Unexpected ";"`,
  });
});

test('functions that differ in their wish for source maps only are bundled together: all have them', async () => {
  const path = await project({ 'handler.ts': 'export const handler = async () => missing(;\n' });
  const functions = [true, false].map((sourcemap, index) =>
    sampleFunction({ functionName: `sample-${index}`, code: local(path, { ...esbuild, sourcemap }) }),
  );
  await expect(hostOf(functions)).rejects.toThrow('Could not bundle the functions sample-0, sample-1');
});

test('an import that is not installed is refused at the start', async () => {
  const path = await project({ 'handler.ts': "import 'nowhere-at-all'; export const handler = 1;" });
  await expect(hostOf([sampleFunction({ code: local(path, esbuild) })])).rejects.toThrow(
    /handler\.ts:1:8: Could not resolve "nowhere-at-all"/,
  );
});

test.each([
  ['an entry point', esbuild],
  ['a directory', null],
])('%s that is missing is refused at the start, with the place in the template', async (_, options) => {
  const path = join(await temporaryDirectory(), 'gone');
  await expect(hostOf([sampleFunction({ code: local(path, options) })])).rejects.toMatchObject({
    code: 'BAD_FUNCTION_CODE',
    message: expect.stringContaining('/stack/template.yaml:7:5'),
  });
});

test('reload() serves the new code, and the old one where the new does not compile', async () => {
  const path = await project({ 'handler.ts': 'export const handler = async () => 1;' });
  const definition = sampleFunction({ handler: 'handler.handler', code: local(path, esbuild) });
  const host = await hostOf([definition]);
  const result = () => host.invoke({ functionArn: definition.arn, payload: '{}' });
  expect(await result()).toMatchObject({ outcome: { payload: '1' } });
  await writeFile(join(path, 'handler.ts'), 'export const handler = async () => 2;');
  await host.reload('sample');
  expect(await result()).toMatchObject({ outcome: { payload: '2' } });
  await writeFile(join(path, 'handler.ts'), 'export const handler = ');
  await expect(host.reload('sample')).rejects.toMatchObject({ code: 'BAD_FUNCTION_CODE' });
  expect(await result()).toMatchObject({ outcome: { payload: '2' } });
});

test('an invocation under way ends on the old code', async () => {
  const path = await project({
    'handler.ts': 'export const handler = async () => { await new Promise((r) => setTimeout(r, 300)); return "old"; };',
  });
  const definition = sampleFunction({ handler: 'handler.handler', code: local(path, esbuild) });
  const host = await hostOf([definition]);
  await host.warm();
  const old = host.invoke({ functionArn: definition.arn, payload: '{}' });
  await writeFile(join(path, 'handler.ts'), 'export const handler = async () => "new";');
  await host.reload('sample');
  expect(await host.invoke({ functionArn: definition.arn, payload: '{}' })).toMatchObject({ outcome: { payload: '"new"' } });
  expect(await old).toMatchObject({ outcome: { payload: '"old"' } });
});

test('close() removes what was made in the directory, also after a build that failed', async () => {
  const directory = await temporaryDirectory();
  const definition = sampleFunction();
  const host = await hostOf([definition], { directory });
  await host.invoke({ functionArn: definition.arn, payload: '{}' });
  expect(await readdir(directory)).toHaveLength(1);
  await host.close();
  expect(await readdir(directory)).toEqual([]);
  const gone = join(await temporaryDirectory(), 'gone');
  await expect(hostOf([sampleFunction({ code: local(gone, null) })], { directory })).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
  await rm(directory, { recursive: true });
});
