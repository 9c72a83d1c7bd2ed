// The store on disk: what survives, what is cleaned up, and who may open a directory.
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { AirlockError } from '../../../emulator/errors.ts';
import { type ObjectStore, openObjectStore } from '../../../emulator/storage/object-store.ts';

const account = '222222222222';
const open = (directory: string) => openObjectStore({ directory, clock: systemClock });

async function temporary() {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-store-test-'));
  const inside = (...names: string[]) => join(directory, 'object-store', ...names);
  return { directory, inside, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

async function contentOf(store: ObjectStore, bucket: string, key: string): Promise<Buffer | null> {
  const opened = store.open(bucket, key);
  if (!opened) return null;
  if (opened.record.sizeBytes === 0) {
    opened.close();
    return Buffer.alloc(0);
  }
  const body = opened.read(0, opened.record.sizeBytes - 1);
  return Buffer.isBuffer(body) ? body : await buffer(body);
}

const attributes = { headers: {}, metadata: {}, encryption: { algorithm: 'AES256' }, precondition: { kind: 'none' } } as const;

describe('a store that is opened again', () => {
  it('has every object as it was left, whatever its key', async () => {
    const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    const change = fc.record({
      key: fc.oneof(key, fc.constantFrom('a', '../a', '/', '//', '.', 'CON', 'A')),
      body: fc.option(fc.uint8Array({ maxLength: 100 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 10 }), async (changes) => {
        await using at = await temporary();
        const model = new Map<string, Buffer>();
        const first = await open(at.directory);
        await first.createBucket('bbb', account);
        for (const { key, body } of changes) {
          if (body) {
            await first.putObject({ bucket: 'bbb', key, body: Buffer.from(body), contentType: 'x/y', metadata: { a: key } });
            model.set(key, Buffer.from(body));
          } else {
            first.deleteObject('bbb', key);
            model.delete(key);
          }
        }
        const keys = [...first.keys('bbb')];
        await first.close();
        const second = await open(at.directory);
        expect(second.keys('bbb')).toEqual(keys);
        expect(keys.length).toBe(model.size);
        for (const [key, body] of model) expect((await contentOf(second, 'bbb', key))?.equals(body)).toBe(true);
        await second.close();
      }),
      { numRuns: 25 },
    );
  });
  it('has its buckets, and not the deleted ones', async () => {
    await using at = await temporary();
    const first = await open(at.directory);
    await first.createBucket('bbb', account);
    await first.createBucket('ccc', account);
    expect(await first.deleteBucket('ccc')).toBe('deleted');
    expect(await first.createBucket('bbb', account)).toBe('alreadyYours');
    expect(await first.createBucket('bbb', '1')).toBe('alreadyTaken');
    await first.close();
    const second = await open(at.directory);
    expect(second.buckets()).toMatchObject([{ name: 'bbb', ownerAccountId: account }]);
    await second.close();
  });
  it('has lost what was only half there, and touches nothing outside its own folder', async () => {
    await using at = await temporary();
    const first = await open(at.directory);
    await first.close();
    await writeFile(at.inside('incoming', 'half'), 'half a body');
    await writeFile(join(at.directory, 'incoming'), 'mine');
    const second = await open(at.directory);
    expect(await readdir(at.inside('incoming'))).toEqual([]);
    expect(await readFile(join(at.directory, 'incoming'), 'utf8')).toBe('mine');
    await second.close();
  });
  it('names an object file that was cut off', async () => {
    await using at = await temporary();
    const first = await open(at.directory);
    await first.createBucket('bbb', account);
    await first.putObject({ bucket: 'bbb', key: 'k', body: Buffer.from('hello') });
    await first.close();
    const objects = at.inside('buckets', 'bbb', 'objects');
    const [name = ''] = await readdir(objects);
    await truncate(join(objects, name), 20);
    await expect(open(at.directory)).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(name) });
    await rm(join(objects, name));
    const second = await open(at.directory);
    await second.close();
  });
});

describe('a directory', () => {
  it('is open in one store at a time, also within one process', async () => {
    await using at = await temporary();
    const first = await open(at.directory);
    await expect(open(at.directory)).rejects.toThrow(`in use by process ${process.pid}`);
    await expect(open(at.directory)).rejects.toBeInstanceOf(AirlockError);
    await first.close();
    const second = await open(at.directory);
    await second.close();
    expect(await readdir(at.inside())).toEqual(['buckets', 'incoming']);
  });
  it.each([
    ['of a process that has ended', { pid: 2 ** 22 + 1, startedAt: null }],
    ['of an earlier process with this number', { pid: process.pid, startedAt: 'another-boot/1' }],
    ['that is torn', ''],
  ])('is taken over from a lock %s', async (_case, holder) => {
    await using at = await temporary();
    await (await open(at.directory)).close();
    await writeFile(at.inside('lock'), holder === '' ? '' : JSON.stringify(holder));
    const store = await open(at.directory);
    expect(JSON.parse(await readFile(at.inside('lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await store.close();
    expect(existsSync(at.inside('lock'))).toBe(false);
  });
  it('goes to one of several that open it at once, stale lock or not', async () => {
    await using at = await temporary();
    await (await open(at.directory)).close();
    await writeFile(at.inside('lock'), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: null }));
    const settled = await Promise.allSettled(Array.from({ length: 5 }, () => open(at.directory)));
    const opened = settled.filter((result) => result.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    for (const result of opened) await result.value.close();
  });
});

describe('a large body', () => {
  it('goes to disk in pieces, becomes the object in one step, and leaves no temporary file', async () => {
    await using at = await temporary();
    const store = await open(at.directory);
    await store.createBucket('bbb', account);
    await store.putObject({ bucket: 'bbb', key: 'k', body: Buffer.from('old') });
    const piece = Buffer.alloc(64 * 1024, 'n');
    const body = Readable.from(
      (function* () {
        for (let count = 0; count < 160; count++) yield piece;
      })(),
    );
    const staged = await store.stage(body, { checksumAlgorithm: 'CRC32', bytesMax: 1e9 });
    expect(Buffer.isBuffer(staged.content)).toBe(false);
    expect((await contentOf(store, 'bbb', 'k'))?.toString()).toBe('old');
    expect(await store.commit(staged, { ...attributes, bucket: 'bbb', key: 'k', etag: 'e' })).toMatchObject({ kind: 'stored' });
    expect((await contentOf(store, 'bbb', 'k'))?.length).toBe(160 * piece.length);
    expect(await readdir(at.inside('incoming'))).toEqual([]);
    await store.close();
  });
  it.each([1_000, 1_000_000])(
    'of %i bytes whose precondition fails, whose bucket is gone or which is discarded leaves nothing',
    async (size) => {
      await using at = await temporary();
      const store = await open(at.directory);
      await store.createBucket('bbb', account);
      await store.createBucket('ccc', account);
      await store.putObject({ bucket: 'bbb', key: 'k', body: Buffer.from('old') });
      const stage = () => store.stage(Readable.from([Buffer.alloc(size)]), { checksumAlgorithm: 'SHA1', bytesMax: 1e9 });
      const target = { ...attributes, bucket: 'bbb', key: 'k', etag: 'e' };
      expect(await store.commit(await stage(), { ...target, precondition: { kind: 'mustNotExist' } })).toEqual({ kind: 'exists' });
      expect(await store.commit(await stage(), { ...target, precondition: { kind: 'mustMatch', etag: 'other' } })).toEqual({
        kind: 'changed',
      });
      expect(await store.commit(await stage(), { ...target, key: 'none', precondition: { kind: 'mustMatch', etag: 'e' } })).toEqual({
        kind: 'noSuchKey',
      });
      const late = await stage();
      await store.deleteBucket('ccc');
      expect(await store.commit(late, { ...target, bucket: 'ccc' })).toEqual({ kind: 'noSuchBucket' });
      await store.discard(await stage());
      await expect(store.stage(Readable.from([Buffer.alloc(size)]), { checksumAlgorithm: 'SHA1', bytesMax: size - 1 })).rejects.toThrow(
        'longer than',
      );
      expect(await readdir(at.inside('incoming'))).toEqual([]);
      const unfinished = await stage();
      await store.close();
      expect(await readdir(at.inside('incoming'))).toEqual([]);
      await expect(store.commit(unfinished, target)).rejects.toThrow('closed');
    },
  );
});

it('mustNotExist holds even against a file that another process has put there', async () => {
  await using at = await temporary();
  const store = await open(at.directory);
  await store.createBucket('bbb', account);
  await writeFile(at.inside('buckets', 'bbb', 'objects', hash('sha256', 'k')), 'from elsewhere');
  for (const size of [10, 1_000_000]) {
    const staged = await store.stage(Buffer.alloc(size), { checksumAlgorithm: 'CRC32', bytesMax: size });
    const target = { ...attributes, bucket: 'bbb', key: 'k', etag: 'e', precondition: { kind: 'mustNotExist' } } as const;
    expect(await store.commit(staged, target)).toEqual({ kind: 'exists' });
  }
  expect(await readdir(at.inside('incoming'))).toEqual([]);
  await store.close();
});

it('an object is seeded into an existing bucket of the right account only', async () => {
  await using at = await temporary();
  const store = await open(at.directory);
  await store.createBucket('bbb', account);
  const seed = { bucket: 'bbb', key: 'k', body: Buffer.from('{}'), contentType: 'application/json' };
  expect(await store.putObject({ ...seed, ownerAccountId: account })).toMatchObject({
    sizeBytes: 2,
    headers: { 'content-type': 'application/json' },
  });
  await expect(store.putObject({ ...seed, ownerAccountId: '333333333333' })).rejects.toBeInstanceOf(AirlockError);
  await expect(store.putObject({ ...seed, bucket: 'none' })).rejects.toBeInstanceOf(AirlockError);
  await expect(store.createBucket('Bad_Name', account)).rejects.toBeInstanceOf(AirlockError);
  await store.close();
});
