// The listing's assets, in folders made for it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeAssets } from '../../../../emulator/validate/checks/listing-assets.ts';
import { assetsAround } from '../../../../emulator/validate/probes/listing-assets.ts';

const root = mkdtempSync(join(tmpdir(), 'airlock-assets-'));
afterAll(() => rmSync(root, { recursive: true }));

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'project-'));
  for (const name of ['samples', 'notebooks']) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return join(folder, 'samples');
}

const whole = {
  samples: [
    { name: 'a.json', hasExpected: true, records: null },
    { name: 'a.jsonl', hasExpected: true, records: 2 },
  ],
  notebooks: [],
  links: ['https://github.com/me/model/blob/main/start.ipynb'],
};

describe('listing-assets', () => {
  it('passes with samples, answers, records and a notebook', () => {
    expect(judgeAssets(whole)).toEqual({ outcome: 'passed' });
    expect(judgeAssets({ ...whole, links: [], notebooks: [{ path: 'a.ipynb', isReadable: true }] })).toEqual({ outcome: 'passed' });
  });

  it.each([
    [{ links: [] }, /^no notebook/],
    [{ samples: [{ name: 'a.jsonl', hasExpected: false, records: 2 }] }, /without a published answer: a\.jsonl/],
    [{ samples: [{ name: 'a.jsonl', hasExpected: true, records: 1 }] }, /^no sample for batch/],
  ])('warns of what is not there: %o', (change, expected) => {
    expect(judgeAssets({ ...whole, ...change })).toMatchObject({ outcome: 'warned', findings: [expect.stringMatching(expected)] });
  });

  it.each([
    [{ notebooks: [{ path: 'a.ipynb', isReadable: false }] }, /a\.ipynb is no notebook/],
    [{ links: ['http://example.com/a.ipynb'] }, /does not begin with https/],
  ])('fails for what is there and wrong: %o', (change, expected) => {
    expect(judgeAssets({ ...whole, ...change })).toMatchObject({ outcome: 'failed', findings: [expect.stringMatching(expected)] });
  });

  it('finds notebooks and links around the samples', async () => {
    const readme = 'See [it](https://github.com/me/a.ipynb), https://example.com/other and <https://github.com/me/a.ipynb>.';
    const folder = project({ 'samples/README.md': readme, 'notebooks/a.ipynb': '{"cells": []}', 'b.ipynb': 'no' });
    expect(await assetsAround(folder)).toEqual({
      links: ['https://github.com/me/a.ipynb'],
      notebooks: [
        { path: 'b.ipynb', isReadable: false },
        { path: 'notebooks/a.ipynb', isReadable: true },
      ],
    });
    expect(await assetsAround(project({}))).toEqual({ links: [], notebooks: [] });
  });
});
