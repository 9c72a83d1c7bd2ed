import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeArchive } from '../../../../emulator/validate/checks/model-archive.ts';
import { readModelArchive } from '../../../../emulator/validate/probes/model-archive.ts';
import { type MadeUpEntry, tar } from './made-up-tar.ts';

const { signal } = new AbortController();
const weights = { path: './weights.bin', content: 'x'.repeat(3_000) };

describe('a model archive', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'airlock-archive-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function judge(bytes: Buffer, name = 'model.tar.gz') {
    const path = join(directory, name);
    await writeFile(path, bytes);
    const verdict = judgeArchive(await readModelArchive(path, signal));
    return [verdict.outcome, ...('findings' in verdict ? verdict.findings : [])].join('\n');
  }

  const archives: readonly (readonly [string, readonly MadeUpEntry[], RegExp])[] = [
    ['of files at its root', [{ path: './', type: '5' }, weights, { path: 'code/a.py' }], /^passed$/],
    ['of one version, as TensorFlow Serving wants it', [{ path: '1/saved_model.pb' }], /^passed$/],
    ['in a folder of another name', [{ path: 'bert/weights.bin' }], /^warned\neverything is in the folder bert/],
    ['in a folder "model"', [{ path: 'model/', type: '5' }, { path: 'model/weights.bin' }], /^failed\neverything is in the folder model/],
    ['with a symbolic link', [weights, { path: 'latest', type: '2', linkTarget: 'weights.bin' }], /^failed\nlatest is a symbolic link/],
    ['with a hard link', [weights, { path: 'same', type: '1', linkTarget: 'weights.bin' }], /^failed\nsame is a hard link/],
    ['with a device', [weights, { path: 'null', type: '3' }], /^failed\nnull is no plain file/],
    ['with an absolute path', [weights, { path: '/etc/passwd' }], /^failed\n\/etc\/passwd is an absolute path/],
    ['with a path out of it', [weights, { path: 'a/../../b' }], /^failed\na\/\.\.\/\.\.\/b leads out of the archive/],
    ['with nothing in it', [], /^failed\nthe archive holds no file$/],
  ];

  it.each(archives)('%s', async (_, entries, wanted) => {
    expect(await judge(gzipSync(tar(entries)))).toMatch(wanted);
  });

  it('that is not packed, cut off, damaged or something else cannot be read', async () => {
    const whole = gzipSync(tar([weights]));
    const damaged = Buffer.from(whole);
    damaged.writeUInt32LE(0, damaged.length - 8);
    for (const bytes of [tar([weights]), whole.subarray(0, -20), damaged, gzipSync('no tar'.repeat(200)), Buffer.alloc(0)]) {
      expect(await judge(bytes)).toMatch(/^failed\nthe archive cannot be read: .*; wanted: a tar packed with gzip/);
    }
  });

  it('is called .tar.gz', async () => {
    expect(await judge(gzipSync(tar([weights])), 'model.tgz')).toMatch(/^failed\nthe file is called model\.tgz/);
  });

  it('that is not there, or a directory, is a wrong option', async () => {
    for (const path of [join(directory, 'none.tar.gz'), directory]) {
      await expect(readModelArchive(path, signal)).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(path) });
    }
  });
});
