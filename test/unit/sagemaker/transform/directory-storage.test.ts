import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createDirectoryStorage, createFileStorage } from '../../../../emulator/sagemaker/transform/directory-storage.ts';
import { storageReason } from '../../../../emulator/sagemaker/transform/input-failure.ts';

const { signal } = new AbortController();
const at = (key: string) => ({ bucket: '', key });

/** root/ with a link to what lies beside it. */
async function createRoot(keys: readonly string[] = []) {
  const directory = await mkdtemp(join(tmpdir(), 'directory-storage-'));
  const root = join(directory, 'root');
  await mkdir(root);
  await mkdir(join(directory, 'outside'));
  await writeFile(join(directory, 'outside/secret'), 'secret');
  for (const key of keys) {
    await mkdir(join(root, key, '..'), { recursive: true });
    await writeFile(join(root, key), key);
  }
  const storage = createDirectoryStorage(root);
  return {
    ...{ directory, root, storage },
    async list(prefix: string) {
      const found: string[] = [];
      for await (const { key, bytes } of storage.list(at(prefix), signal)) {
        expect([Buffer.byteLength(key), 0]).toContain(bytes);
        found.push(key);
      }
      return found;
    },
    read: async (key: string) => (await buffer((await storage.open(at(key), signal)).body)).toString(),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

test('lists keys that begin with the prefix, in the order of S3', async () => {
  await using root = await createRoot(['a/z', 'a.b', 'a-b', 'ab/c/d', 'é', 'b']);
  expect(await root.list('')).toEqual(['a-b', 'a.b', 'a/z', 'ab/c/d', 'b', 'é']);
  expect(await root.list('a')).toEqual(['a-b', 'a.b', 'a/z', 'ab/c/d']);
  expect(await root.list('ab/c')).toEqual(['ab/c/d']);
  expect(await root.list('a/z')).toEqual(['a/z']);
  expect(await root.list('none/')).toEqual([]);
});

test('opens a file with its size, and says what is wrong with another', async () => {
  await using root = await createRoot(['in/a']);
  const { bytes, body } = await root.storage.open(at('in/a'), signal);
  body.destroy();
  expect(bytes).toBe(4);
  expect(await root.read('in/a')).toBe('in/a');
  await expect(root.read('in')).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(root.read('in/none')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('puts a file in one piece, with the folders that it needs, over an older one', async () => {
  await using root = await createRoot(['out/a']);
  const file = join(root.root, 'out/deep/b');
  await root.storage.put(at('out/deep/b'), { body: { bytes: 3, open: () => Readable.from([Buffer.from('new')]) } }, signal);
  await root.storage.put(at('out/a'), { body: Buffer.from('newer') }, signal);
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await root.read('out/a')).toBe('newer');
});

test('leaves nothing of a body that breaks off', async () => {
  await using root = await createRoot(['out/a']);
  async function* breaking() {
    yield Buffer.from('half');
    throw new Error('broke off');
  }
  await expect(root.storage.put(at('out/a'), { body: { bytes: 9, open: () => Readable.from(breaking()) } }, signal)).rejects.toThrow(
    'broke off',
  );
  await expect(root.storage.put(at('out/b'), { body: Buffer.from('b') }, AbortSignal.abort())).rejects.toThrow();
  expect(await readdir(join(root.root, 'out'))).toEqual(['a']);
  expect(await root.read('out/a')).toBe('out/a');
});

test.each(['../outside/secret', 'in/../../outside/secret', '/etc/hostname', 'link/secret', 'file-link'])(
  '%s leads out of the root and is refused',
  async (key) => {
    await using root = await createRoot(['in/a']);
    await symlink('../outside', join(root.root, 'link'));
    await symlink('../outside/secret', join(root.root, 'file-link'));
    await expect(root.read(key)).rejects.toMatchObject({ code: 'EACCES' });
  },
);

test("does not write through links, nor list what is behind a directory's", async () => {
  await using root = await createRoot(['in/a']);
  await symlink('../outside', join(root.root, 'link'));
  await symlink('../outside/secret', join(root.root, 'file-link'));
  await expect(root.storage.put(at('link/deep/b'), { body: Buffer.from('b') }, signal)).rejects.toMatchObject({ code: 'EACCES' });
  await expect(root.storage.put(at('../b'), { body: Buffer.from('b') }, signal)).rejects.toMatchObject({ code: 'EACCES' });
  expect(await readdir(join(root.directory, 'outside'))).toEqual(['secret']);
  await expect(root.list('../')).rejects.toMatchObject({ code: 'EACCES' });
  await expect(root.list('link/')).rejects.toMatchObject({ code: 'EACCES' });
});

test('lists what cannot be an input too, and says why it cannot', async () => {
  await using root = await createRoot(['in/a']);
  const links = { outside: '../outside/secret', folder: 'in', nothing: 'nowhere', loop: 'loop', inside: 'in/a' };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(root.root, name));
  expect(spawnSync('mkfifo', [join(root.root, 'pipe')]).status).toBe(0);
  const found: string[] = [];
  for await (const { key } of root.storage.list(at(''), signal)) found.push(key);
  expect(found).toEqual(['folder', 'in/a', 'inside', 'loop', 'nothing', 'outside', 'pipe']);
  const reasons: Record<string, string> = {};
  for (const key of found) reasons[key] = await root.read(key).catch(storageReason);
  expect(reasons).toEqual({
    ...{ 'in/a': 'in/a', inside: 'in/a', folder: 'it is a directory', loop: 'ELOOP' },
    nothing: 'it is a link to nothing',
    outside: 'it is a link that leads out of the directory',
    pipe: 'it is no regular file',
  });
});

test('does not list a directory with a name that is not UTF-8', async () => {
  await using root = await createRoot(['a']);
  await writeFile(Buffer.concat([Buffer.from(`${root.root}/b`), Buffer.from([0xff])]), 'x');
  await expect(root.list('')).rejects.toMatchObject({ code: 'EILSEQ', reason: 'named so that it is not UTF-8 (b\ufffd)' });
});

test('puts a file with the longest name there can be', async () => {
  await using root = await createRoot();
  const name = 'n'.repeat(255);
  await root.storage.put(at(`out/${name}`), { body: Buffer.from('x') }, signal);
  expect(await readdir(join(root.root, 'out'))).toEqual([name]);
});

test('removes an output and nothing else', async () => {
  await using root = await createRoot(['out/a', 'out/folder/b']);
  await symlink('../outside', join(root.root, 'link'));
  for (const key of ['out/a', 'out/none', 'none/a', 'out/folder', 'link/secret', '../outside/secret', 'x'.repeat(300)]) {
    await root.storage.remove(at(key));
  }
  expect(await root.list('out/')).toEqual(['out/folder/b']);
  expect(await readdir(join(root.directory, 'outside'))).toEqual(['secret']);
});

test('one file is read through a link, and keeps the name of the link', async () => {
  await using root = await createRoot(['in/b']);
  await symlink('../../outside/secret', join(root.root, 'in/a'));
  const storage = await createFileStorage(join(root.root, 'in/a'));
  const found: unknown[] = [];
  for await (const entry of storage.list(at('a'), signal)) found.push(entry);
  expect(found).toEqual([{ key: 'a', bytes: 6 }]);
  expect((await buffer((await storage.open(at('a'), signal)).body)).toString()).toBe('secret');
  expect((await buffer((await storage.open(at('b'), signal)).body)).toString()).toBe('in/b');
});
