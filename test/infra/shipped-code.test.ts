// lambdas/ is what ships: it must not know that an emulator exists, and its limits must fit the template's.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readShippedTemplate, resourcesOf } from './shipped-template.ts';

const folder = fileURLToPath(new URL('../../lambdas', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const sourceOf = (name: string) => readFileSync(join(folder, name), 'utf8');
const functions = [readShippedTemplate('partner'), readShippedTemplate('customer')].flatMap((template) =>
  resourcesOf(template, 'AWS::Lambda::Function'),
);

describe('the functions', () => {
  it.each(files)('%s knows no emulator and no endpoint', (name) => {
    const source = sourceOf(name);
    expect(source).not.toMatch(/AIRLOCK_|AWS_ENDPOINT|endpoint:|127\.0\.0\.1|localhost|forcePathStyle|from '[./]*emulator/);
    for (const [, imported = ''] of source.matchAll(/from '([^']+)'/g)) {
      expect(imported).toMatch(
        /^(\.{1,2}\/[a-z./-]+\.ts|node:[a-z/]+|@aws-sdk\/client-(kms|lambda|s3|sagemaker-runtime)|jose|aws-lambda)$/,
      );
    }
  });

  it.each(functions.map(([id, { Properties }]) => ({ id, code: String(Properties.Code), environment: Properties.Environment.Variables })))(
    '$id is given exactly the settings it reads',
    ({ code, environment }) => {
      const source = sourceOf(join(code.replace('../lambdas/', ''), 'handler.ts'));
      const read = [...source.matchAll(/(?:readSetting\('|process\.env\.)([A-Z_]+)/g)].map(([, name = '']) => name);
      const ownOfLambda = ['AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME'];
      expect(Object.keys(environment).sort()).toEqual(read.filter((name) => !ownOfLambda.includes(name)).sort());
    },
  );

  it('are folders of lambdas/, one for each in the templates', () => {
    const withHandler = files.filter((name) => name.endsWith('handler.ts')).map((name) => `../lambdas/${name.replace('/handler.ts', '')}`);
    expect(functions.map(([, { Properties }]) => Properties.Code).sort()).toEqual(withHandler.sort());
  });

  it('give no AWS client more time than the function has', () => {
    for (const [id, { Properties }] of functions) {
      const source = sourceOf(join(String(Properties.Code).replace('../lambdas/', ''), 'handler.ts'));
      for (const [, timeout = ''] of source.matchAll(/requestTimeoutMs: ([0-9_]+)/g)) {
        expect(Number(timeout.replaceAll('_', '')), id).toBeLessThanOrEqual(Properties.Timeout * 1_000);
      }
    }
  });
});
