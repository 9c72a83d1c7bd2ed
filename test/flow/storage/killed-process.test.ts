// kill -9 in the middle of puts: every object is there whole or not at all, and the directory opens again at once.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { type ObjectStore, openObjectStore } from '../../../emulator/storage/object-store.ts';

const script = join(import.meta.dirname, 'put-forever.ts');

async function temporary() {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-kill-test-'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** Resolves when the child has written that many dots. */
async function runUntil(directory: string, mode: string, dots: number): Promise<ChildProcessByStdio<null, Readable, null>> {
  const child = spawn(process.execPath, [script, directory, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
    seen += (piece as Buffer).length;
    if (seen >= dots) return child;
  }
  throw new Error(`The child ended after ${seen} dots.`);
}

async function kill(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function contentOf(store: ObjectStore, key: string): Promise<{ content: Buffer; letter: string; etag: string }> {
  const opened = store.open('bbb', key);
  if (!opened) throw new Error(`${key} is not there`);
  const body = opened.read(0, opened.record.sizeBytes - 1);
  return {
    content: Buffer.isBuffer(body) ? body : await buffer(body),
    letter: opened.record.metadata.letter ?? '',
    etag: opened.record.etag,
  };
}

it('leaves only whole objects, however often', async () => {
  await using at = await temporary();
  for (const dots of [3, 40, 75, 110]) {
    await kill(await runUntil(at.directory, 'forever', dots));
    const store = await openObjectStore({ directory: at.directory, clock: systemClock });
    expect(store.keys('bbb')).toEqual(expect.arrayContaining(['large', 'small']));
    for (const key of store.keys('bbb')) {
      const { content, letter, etag } = await contentOf(store, key);
      expect(content.equals(Buffer.alloc(content.length, letter)), `${key} is all ${letter}`).toBe(true);
      expect(createHash('md5').update(content).digest('hex')).toBe(etag);
    }
    expect(await readdir(join(at.directory, 'object-store', 'incoming'))).toEqual([]);
    await store.close();
  }
});

it('in the middle of a large body leaves the old version, or nothing where there was none', async () => {
  await using at = await temporary();
  const child = await runUntil(at.directory, 'half', 2);
  await expect(openObjectStore({ directory: at.directory, clock: systemClock })).rejects.toThrow(`in use by process ${child.pid}`);
  // Both bodies are on disk as far as they came.
  await expect.poll(async () => (await readdir(join(at.directory, 'object-store', 'incoming'))).length, { timeout: 10_000 }).toBe(2);
  await kill(child);
  const store = await openObjectStore({ directory: at.directory, clock: systemClock });
  expect(store.keys('bbb')).toEqual(['overwritten']);
  expect((await contentOf(store, 'overwritten')).content.toString()).toBe('old');
  expect(await readdir(join(at.directory, 'object-store', 'incoming'))).toEqual([]);
  await store.close();
});
