import { expect, test } from 'vitest';
import { outputOf } from '../../../../emulator/sagemaker/transform/list-inputs.ts';
import { parseManifest } from '../../../../emulator/sagemaker/transform/manifest.ts';

const location = { bucket: 'jobs', key: 'people.manifest' };
const parse = (value: unknown, at = location) => parseManifest(JSON.stringify(value), at);

test('keys are put behind the prefix as they are, each once', () => {
  expect(parse([{ prefix: 's3://data/some/pre' }, 'fix/a.csv', 'fix/b.csv', 'fix/a.csv'])).toEqual({
    bucket: 'data',
    prefix: 'some/pre',
    keys: ['some/prefix/a.csv', 'some/prefix/b.csv'],
  });
});

test('a prefix may be a bucket alone', () => {
  expect(parse([{ prefix: 's3://data/' }, 'a.csv'])).toEqual({ bucket: 'data', prefix: '', keys: ['a.csv'] });
});

test('may begin with a byte order mark', () => {
  expect(parseManifest(`\uFEFF${JSON.stringify([{ prefix: 's3://data/' }, 'a.csv'])}`, location).keys).toEqual(['a.csv']);
});

test('in a directory the prefix may be a path', () => {
  expect(parse([{ prefix: 'in/' }, 'a.csv'], { bucket: '', key: 'm' })).toEqual({ bucket: '', prefix: 'in/', keys: ['in/a.csv'] });
});

const prefix = { prefix: 's3://data/' };
test.each([
  ['no JSON', '[', 'is not JSON'],
  ['a text file of keys', 'a.csv\nb.csv', 'is not JSON'],
  ['an object', '{"prefix":"s3://data/"}', 'is not a JSON array'],
  ['nothing', '[]', 'does not begin with {"prefix": "s3://…"}'],
  ['keys alone', '["a.csv"]', 'does not begin with {"prefix": "s3://…"}'],
  ['null first', '[null,"a.csv"]', 'does not begin with {"prefix": "s3://…"}'],
  ['a prefix that is no text', '[{"prefix":1},"a.csv"]', 'does not begin with {"prefix": "s3://…"}'],
  ['a prefix elsewhere', '[{"prefix":"https://data/"},"a.csv"]', 'has a prefix that is no s3://bucket/… URI'],
  ['a prefix without a bucket', '[{"prefix":"s3:///a/"},"a.csv"]', 'has a prefix that is no s3://bucket/… URI'],
  ['no key', JSON.stringify([prefix]), 'names no object'],
  ['a number among the keys', JSON.stringify([prefix, 'a.csv', 2]), 'has no key at entry 2'],
  ['an empty key', JSON.stringify([prefix, '']), 'has no key at entry 1'],
])('%s is refused', (_, text, what) => {
  const message = `ClientError: the manifest people.manifest ${what}`;
  expect(() => parseManifest(text, location)).toThrow(expect.objectContaining({ name: 'TransformFailure', message }));
});

test.each([
  ['a folder', 'in/2026/a.csv', 'in/', 'results', 'results/2026/a.csv.out'],
  ['a prefix that ends within a name', 'in/people-1.csv', 'in/people', 'results/', 'results/people-1.csv.out'],
  ['a whole key', 'in/people.csv', 'in/people.csv', 'results', 'results/people.csv.out'],
  ['a folder without its slash', 'in/a.csv', 'in', 'results', 'results/in/a.csv.out'],
  ['a whole bucket', 'a/b.csv', '', 'results', 'results/a/b.csv.out'],
  ['a bucket to put into', 'in/a.csv', 'in/', '', 'a.csv.out'],
])('%s: where an output goes', (_, key, inputPrefix, outputPrefix, expected) => {
  expect(outputOf(key, inputPrefix, { bucket: 'out', key: outputPrefix })).toEqual({ bucket: 'out', key: expected });
});
