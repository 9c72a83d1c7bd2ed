import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initSamples } from '../../../../emulator/validate/init-samples.ts';
import { readSamples } from '../../../../emulator/validate/read-samples.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'read-samples-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

describe('a directory of samples', () => {
  it('is read by name, with content types by extension', async () => {
    write({ 'b.json': '{}', 'a.csv': '1', 'c.ndjson': '{}', 'd.PNG': 'x', 'deep/e.txt': 'x', 'README.md': '#', '.hidden': 'x' });
    const found = await readSamples(directory);
    expect(found.map(({ name, contentType, accept }) => [name, contentType, accept])).toEqual([
      ['a.csv', 'text/csv', null],
      ['b.json', 'application/json', null],
      ['c.ndjson', 'application/x-ndjson', null],
      ['d.PNG', 'image/png', '*/*'],
      ['deep/e.txt', 'text/plain', '*/*'],
    ]);
    expect(found[1]).toMatchObject({ body: Buffer.from('{}'), expected: null, tolerance: 0 });
  });

  it('finds the expected answer to each, and asks for its type', async () => {
    write({ 'a.json': '1', 'a.csv': '2', 'a.expected.json': 'J', 'a.csv.expected.json': 'C', 'p.png': '3', 'p.expected.json': 'P' });
    const found = await readSamples(directory);
    expect(found.map(({ name, accept, expected }) => [name, accept, expected?.body.toString()])).toEqual([
      ['a.csv', 'application/json', 'C'],
      ['a.json', null, 'J'],
      ['p.png', 'application/json', 'P'],
    ]);
  });

  it('follows its manifest', async () => {
    write({
      ...{ 'a.bin': '1', 'answers/a.txt': 'A', 'b.json': '{}' },
      'samples.json': JSON.stringify([
        { file: 'a.bin', contentType: 'image/png', accept: 'text/plain', expected: 'answers/a.txt', tolerance: 0.5 },
      ]),
    });
    expect(await readSamples(directory)).toMatchObject([
      {
        name: 'a.bin',
        contentType: 'image/png',
        accept: 'text/plain',
        expected: { body: Buffer.from('A'), contentType: 'text/plain' },
        tolerance: 0.5,
      },
      { name: 'b.json', contentType: 'application/json' },
    ]);
  });

  it('is empty where nothing is in it', async () => {
    expect(await readSamples(directory)).toEqual([]);
  });

  const row = (over: object) => ({ 'a.json': '{}', 'samples.json': JSON.stringify([{ file: 'a.json', ...over }]) });
  it.each<[string, Record<string, string>, RegExp]>([
    ['no known content type', { 'a.xyz': 'x' }, /a\.xyz: no content type is known/],
    ['nothing in a sample', { 'a.json': '' }, /a\.json is empty/],
    ['an answer without a sample', { 'a.expected.json': '{}' }, /a\.expected\.json: there is no sample of that name/],
    ['an answer to one of two', { 'a.csv': '1', 'a.jsonl': '{}', 'a.expected.json': '{}' }, /it could be the answer to a\.csv or a\.jsonl/],
    ['two answers to one', { 'a.json': '1', 'a.expected.json': '1', 'a.expected.csv': '1' }, /a\.json has two expected answers/],
    ['a manifest that is no JSON', { 'samples.json': '[' }, /samples\.json: it is not valid JSON/],
    ['a manifest that is no list', { 'samples.json': '{}' }, /samples\.json: it must be a list/],
    ['a manifest without a file', { 'samples.json': '[{}]' }, /row 1: "file" is missing/],
    ['a manifest with an unknown member', row({ contentTyp: 'a/b' }), /row 1: "contentTyp" is not known\. Did you mean contentType\?/],
    ['a manifest that names what is not there', { 'samples.json': '[{"file":"a.json"}]' }, /names a\.json, which is no file/],
    ['a manifest that names what is outside', row({ expected: '../b.json' }), /"expected" must be a path within/],
    [
      'a manifest that names a file twice',
      { 'a.json': '1', 'samples.json': '[{"file":"a.json"},{"file":"a.json"}]' },
      /a\.json has two rows/,
    ],
    ['a manifest with a broken content type', row({ contentType: 'json\r\nx: y' }), /"contentType" must be a media type/],
    ['a manifest with a negative tolerance', row({ tolerance: -1 }), /"tolerance" must be a number of at least 0/],
    ['a manifest whose answer is a sample', row({ expected: 'a.json' }), /a\.json is a sample and an expected answer/],
  ])('is refused with %s', async (_, files, message) => {
    write(files);
    await expect(readSamples(directory)).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(message) });
  });

  it('is refused where there is none, or a file of its name', async () => {
    write({ 'a.json': '{}' });
    await expect(readSamples(join(directory, 'nowhere'))).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/ENOENT/),
    });
    await expect(readSamples(join(directory, 'a.json'))).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/ENOTDIR/),
    });
  });

  it('is refused with more than 25 MB in a sample, a broken link, or a pipe', async () => {
    write({ 'large.json': '{}' });
    truncateSync(join(directory, 'large.json'), 25 * 1024 * 1024 + 1);
    await expect(readSamples(directory)).rejects.toThrow(/large\.json has more than 26214400 bytes/);
    rmSync(join(directory, 'large.json'));
    symlinkSync('nowhere', join(directory, 'link.json'));
    await expect(readSamples(directory)).rejects.toThrow(/link\.json cannot be read \(ENOENT\)/);
    rmSync(join(directory, 'link.json'));
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(directory, 'pipe.json')]);
    await expect(readSamples(directory)).rejects.toThrow(/pipe\.json is no file but a named pipe/);
  });

  it('is refused with more than 200 files', async () => {
    write(Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`${index}.json`, '{}'])));
    await expect(readSamples(directory)).rejects.toThrow(/more than 200 files/);
  });
});

describe('the samples to start from', () => {
  it('can be read at once', async () => {
    const made = join(directory, 'new', 'samples');
    expect(await initSamples(made)).toHaveLength(4);
    expect((await readSamples(made)).map(({ name }) => name)).toEqual(['people.json', 'people.jsonl']);
  });

  it('overwrite nothing', async () => {
    write({ 'people.json': 'mine' });
    await expect(initSamples(directory)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(/people\.json is there already/),
    });
    expect((await readSamples(directory).catch(() => null)) ?? []).toContainEqual(expect.objectContaining({ body: Buffer.from('mine') }));
  });
});
