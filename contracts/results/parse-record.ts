// The text of a file of contracts/verifications/ -> a record, or the one error that names the file. Nothing damaged is ever taken for
// "nothing recorded", nor for a yes.
import { ContractError } from '../contract-error.ts';
import { versionProblem } from './check-version.ts';
import type { PublishedVersion, RecordedInteraction, VerificationResult, VerificationsFile, VersionsFile } from './result-records.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @throws ContractError RESULTS_DAMAGED naming the file */
export function parseVerifications(text: string, file: string): VerificationsFile {
  const { fields, damaged } = parse(text, file);
  const results = list(fields.results, 'results', damaged).map((entry): VerificationResult => {
    const result = object(entry, 'a result', damaged);
    const interactions = list(result.interactions, 'interactions', damaged).map((each) =>
      parseInteraction(object(each, 'an interaction', damaged), damaged),
    );
    const ok = flag(result.ok, 'ok', damaged);
    // Edited by hand, or merged wrongly: a yes has to be one throughout.
    if (ok && (interactions.length === 0 || interactions.some((each) => !each.ok)))
      damaged('a result is ok, but not each of its interactions');
    return { pactSha256: sha256(result.pactSha256, damaged), ok, interactions };
  });
  refuseTwice(
    results.map((each) => each.pactSha256),
    'pactSha256',
    damaged,
  );
  return {
    schema: 1,
    consumer: name(fields.consumer, 'consumer', damaged),
    provider: name(fields.provider, 'provider', damaged),
    providerVersion: name(fields.providerVersion, 'providerVersion', damaged),
    results,
  };
}

/** @throws ContractError RESULTS_DAMAGED naming the file */
export function parseVersions(text: string, file: string): VersionsFile {
  const { fields, damaged } = parse(text, file);
  const versions = list(fields.versions, 'versions', damaged).map((entry): PublishedVersion => {
    const published = object(entry, 'a version', damaged);
    return { version: name(published.version, 'version', damaged), pactSha256: sha256(published.pactSha256, damaged) };
  });
  refuseTwice(
    versions.map((each) => each.version),
    'version',
    damaged,
  );
  return {
    schema: 1,
    consumer: name(fields.consumer, 'consumer', damaged),
    provider: name(fields.provider, 'provider', damaged),
    versions,
  };
}

type Damaged = (what: string) => never;

function parse(text: string, file: string): { fields: Fields; damaged: Damaged } {
  const damaged = (what: string): never => {
    throw new ContractError(
      'RESULTS_DAMAGED',
      `${file}: ${what}.`,
      'Take the file from git again, or delete it and verify (or publish) again.',
    );
  };
  const conflict = /^<{7} /m.test(text) ? ' (a merge conflict is left in it)' : '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the file.
    return damaged(`this is not JSON${conflict}`);
  }
  const fields = object(value, 'the file', damaged);
  if (fields.schema !== 1) damaged(`schema is ${JSON.stringify(fields.schema) ?? 'missing'}, this Airlock reads 1`);
  return { fields, damaged };
}

function parseInteraction(fields: Fields, damaged: Damaged): RecordedInteraction {
  const texts = (value: unknown, what: string) => list(value, what, damaged).map((each) => text(each, what, damaged));
  const interaction = {
    description: text(fields.description, 'description', damaged),
    providerStates: texts(fields.providerStates, 'providerStates'),
    ok: flag(fields.ok, 'ok', damaged),
    mismatches: texts(fields.mismatches, 'mismatches'),
  };
  if (interaction.ok && interaction.mismatches.length > 0) damaged('an interaction is ok, and has mismatches');
  return interaction;
}

function object(value: unknown, what: string, damaged: Damaged): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : damaged(`${what} is no object`);
}

function list(value: unknown, what: string, damaged: Damaged): readonly unknown[] {
  return Array.isArray(value) ? value : damaged(`${what} is no list`);
}

function text(value: unknown, what: string, damaged: Damaged): string {
  return typeof value === 'string' ? value : damaged(`${what} is no text`);
}

function flag(value: unknown, what: string, damaged: Damaged): boolean {
  return typeof value === 'boolean' ? value : damaged(`${what} is neither true nor false`);
}

function name(value: unknown, what: string, damaged: Damaged): string {
  if (typeof value !== 'string') return damaged(`${what} is missing`);
  const problem = versionProblem(value);
  return problem === null ? value : damaged(`${what} ${problem}`);
}

function sha256(value: unknown, damaged: Damaged): string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : damaged('a pactSha256 is no SHA-256');
}

function refuseTwice(values: readonly string[], what: string, damaged: Damaged): void {
  if (new Set(values).size < values.length) damaged(`a ${what} is there twice`);
}
