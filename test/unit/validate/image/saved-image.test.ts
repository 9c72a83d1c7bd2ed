import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mergeLayers } from '../../../../emulator/validate/image-files/merge-layers.ts';
import { BrokenArchive } from '../../../../emulator/validate/image-files/read-tar.ts';
import { readSavedImage, TooManyFiles } from '../../../../emulator/validate/image-files/saved-image.ts';
import { inPieces, type MadeUpEntry, tar } from './made-up-tar.ts';

const netrc = { path: 'root/.netrc', content: 'machine example.com login me password not-told' };
const lower = tar([{ path: 'app/', type: '5' }, { path: 'app/old', content: 'old' }, netrc]);
const upper = tar([{ path: './app/.wh.old' }, { path: './app/new', content: 'newer', mode: 0o755 }, { path: 'root/.wh..netrc' }]);

const manifest = (layers: readonly string[]): MadeUpEntry => ({ path: 'manifest.json', content: JSON.stringify([{ Layers: layers }]) });
const read = (entries: readonly MadeUpEntry[], filesMax = 100) => readSavedImage(inPieces(tar(entries)), { filesMax });

describe('what docker save writes', () => {
  it.each([
    ['as engines before 25 write it', lower, upper],
    ['with layers packed by gzip', gzipSync(lower), gzipSync(upper)],
    ['with layers packed by zstd', zstdCompressSync(lower), zstdCompressSync(upper)],
  ])('%s is a list of files for each layer, in the order of the manifest', async (_, first, second) => {
    const image = await read([
      { path: '1.json', content: '{"architecture":"amd64"}' },
      { path: 'b/layer.tar', content: second },
      { path: 'a/layer.tar', content: first },
      manifest(['a/layer.tar', 'b/layer.tar']),
    ]);
    expect(image.layers.map((files) => files.map(({ path }) => path))).toEqual([
      ['app', 'app/old', 'root/.netrc'],
      ['app/.wh.old', 'app/new', 'root/.wh..netrc'],
    ]);
    const { visible, hidden } = mergeLayers(image.layers);
    expect([...visible.keys()]).toEqual(['app', 'app/new']);
    expect(hidden.map(({ path, secrets }) => [path, secrets.map(({ what }) => what)])).toEqual([['root/.netrc', ['a password']]]);
    expect(JSON.stringify([image, hidden])).not.toContain('not-told');
  });

  it('tells the types of its manifests where there is an index', async () => {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const index = { manifests: [{ mediaType, platform: { os: 'linux', architecture: 'arm64' } }, { mediaType: 'x' }] };
    const image = await read([{ path: 'index.json', content: JSON.stringify(index) }, manifest([])]);
    expect(image.index).toEqual([
      { mediaType, platform: 'linux/arm64' },
      { mediaType: 'x', platform: null },
    ]);
  });

  it('may hold a layer once for two places, and one that is empty', async () => {
    const image = await read([
      { path: 'a/layer.tar', content: lower },
      { path: 'b/layer.tar', type: '2', linkTarget: '../a/layer.tar' },
      { path: 'c/layer.tar', content: Buffer.alloc(1_024) },
      manifest(['a/layer.tar', 'b/layer.tar', 'c/layer.tar']),
    ]);
    expect(image.layers.map((files) => files.length)).toEqual([3, 3, 0]);
  });

  it('is bounded', async () => {
    await expect(read([{ path: 'a/layer.tar', content: lower }, manifest(['a/layer.tar'])], 2)).rejects.toBeInstanceOf(TooManyFiles);
  });

  it.each([
    ['without a manifest', [{ path: 'a/layer.tar', content: lower }]],
    ['without one of its layers', [manifest(['a/layer.tar'])]],
  ])('%s is broken: no image without files', async (_, entries) => {
    await expect(read(entries)).rejects.toBeInstanceOf(BrokenArchive);
  });
});
