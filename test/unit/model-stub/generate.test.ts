import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadArtifact } from '../../../model-stub/artifact.ts';
import { formats } from '../../../model-stub/formats.ts';
import { defaultSeed, generateFiles } from '../../../model-stub/generate.ts';
import { createIdentityModel } from '../../../model-stub/identity-model.ts';
import { spellEmail, spellPhone } from '../../../model-stub/messy-record.ts';
import { normaliseEmail } from '../../../model-stub/normalise-email.ts';
import { normalisePhone } from '../../../model-stub/normalise-phone.ts';
import { createRandom } from '../../../model-stub/random.ts';
import { createPeople } from '../../../model-stub/synthetic-people.ts';

const folder = fileURLToPath(new URL('../../../model-stub/', import.meta.url));
const files = generateFiles(defaultSeed);

describe('the generator', () => {
  it.each([...files.keys()])('makes the committed bytes of %s', (path) => {
    expect(readFileSync(`${folder}${path}`, 'utf8')).toBe(files.get(path));
  });

  it('makes other bytes from another seed', () => {
    expect(generateFiles(1).get('samples/people.json')).not.toBe(files.get('samples/people.json'));
    expect(generateFiles(1).get('model/graph.tsv')).not.toBe(files.get('model/graph.tsv'));
  });

  it('keeps the artifact below 300 KB', () => {
    expect((files.get('model/graph.tsv') ?? '').length + (files.get('model/manifest.json') ?? '').length).toBeLessThan(300_000);
  });

  it('makes people with addresses and numbers of their own, in the form of the normalisers', () => {
    const people = createPeople(1_000, createRandom(7));
    for (const key of ['node', 'email', 'phone'] as const) expect(new Set(people.map((person) => person[key])).size).toBe(1_000);
    for (const { email, phone } of people) {
      expect(normaliseEmail(email)).toBe(email);
      expect(normalisePhone(phone, null)).toEqual({ kind: 'valid', e164: phone });
      expect(email).toMatch(/sample\d{4}@(gmail\.com|.*\.?(example|test|example\.(com|org|net)))$/);
    }
  });

  it('spells them in ways that come out the same', () => {
    const random = createRandom(11);
    for (const { email, phone, country } of createPeople(1_000, random)) {
      expect(normaliseEmail(spellEmail(email, random))).toBe(email);
      expect(normalisePhone(spellPhone(phone, country, random), country)).toEqual({ kind: 'valid', e164: phone });
    }
  });
});

describe('the samples', () => {
  it('are the same 1,000 records in each format', async () => {
    const model = createIdentityModel(await loadArtifact(`${folder}model`));
    const answers = (
      [
        ['application/json', 'samples/people.json'],
        ['application/jsonlines', 'samples/people.jsonl'],
        ['text/csv', 'samples/people.csv'],
      ] as const
    ).map(([format, path]) =>
      formats
        .get(format)
        ?.read(files.get(path) ?? '')
        .map((record) => model.resolve(record)),
    );
    expect(answers[0]).toHaveLength(1_000);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('show every outcome, and the same person under either identifier', async () => {
    const model = createIdentityModel(await loadArtifact(`${folder}model`));
    const results =
      formats
        .get('application/json')
        ?.read(files.get('samples/people.json') ?? '')
        .map((record) => model.resolve(record)) ?? [];
    expect(new Set(results.map(({ reason }) => reason))).toEqual(
      new Set([
        null,
        'NO_IDENTIFIER',
        'NO_VALID_IDENTIFIER',
        'INVALID_EMAIL',
        'INVALID_PHONE',
        'UNKNOWN_COUNTRY',
        'CONFLICTING_IDENTIFIERS',
        'NOT_IN_GRAPH',
      ]),
    );
    expect(results[20]?.matchedOn).toEqual(['phone']);
    expect(results[19]?.matchedOn).toEqual(['email']);
    expect(results[20]?.personId).toBe(results[19]?.personId);
  });
});
