// A TransformStorage over local files, for `airlock transform`: a key is a path below the root, with "/" between its parts. The bucket means nothing.
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TransformStorage } from './transform-definition.ts';

/** Rejections carry a code: the file system's, or EACCES for a path that leaves the root. */
export function createDirectoryStorage(root: string): TransformStorage {
  const base = resolve(root);
  return {
    async *list({ key: prefix }) {
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const path = below(base, folder);
      try {
        await checkInside(base, path);
      } catch (error) {
        // As of a bucket: nothing is there.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
        throw error;
      }
      yield* walk(base, folder, prefix);
    },
    async open({ key }) {
      const path = below(base, key);
      await checkInside(base, path);
      const file = await open(path);
      try {
        const found = await file.stat();
        if (!found.isFile()) throw refused('EISDIR', `${key} is not a file`);
        return { bytes: found.size, body: file.createReadStream({ highWaterMark: readBytes }) };
      } catch (error) {
        await file.close();
        throw error;
      }
    },
    async put({ key }, { body }, signal) {
      const path = below(base, key);
      await makeFolder(base, dirname(path));
      const staged = `${path}.${randomUUID()}.part`;
      try {
        const source = Buffer.isBuffer(body) ? Readable.from([body]) : body.open();
        await pipeline(source, createWriteStream(staged, { flags: 'wx' }), { signal });
        await rename(staged, path);
      } catch (error) {
        await rm(staged, { force: true });
        throw error;
      }
    },
  };
}

const readBytes = 256 * 1024;

/** Files in S3's order of keys; symbolic links to files inside the root are files, those to directories are not followed. */
async function* walk(base: string, folder: string, prefix: string): AsyncGenerator<{ key: string; bytes: number }> {
  const entries = await readdir(join(base, folder), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  for (const name of names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))) {
    const key = `${folder}${name}`;
    if (!key.startsWith(prefix) && !(name.endsWith('/') && prefix.startsWith(key))) continue;
    if (name.endsWith('/')) {
      yield* walk(base, key, prefix);
      continue;
    }
    const path = join(base, key);
    const found = (await isInside(base, path)) ? await stat(path) : null;
    if (found?.isFile()) yield { key, bytes: found.size };
  }
}

function below(base: string, key: string): string {
  const path = resolve(base, key.replaceAll('/', sep));
  if (path !== base && !path.startsWith(base.endsWith(sep) ? base : `${base}${sep}`))
    throw refused('EACCES', `${key} leads out of ${base}`);
  return path;
}

/** Behind all symbolic links. A dangling one is not. */
async function isInside(base: string, path: string): Promise<boolean> {
  try {
    await checkInside(base, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'ENOENT' || code === 'ELOOP') return false;
    throw error;
  }
}

async function checkInside(base: string, path: string): Promise<void> {
  const [realBase, real] = [await realpath(base), await realpath(path)];
  if (real !== realBase && !real.startsWith(realBase.endsWith(sep) ? realBase : `${realBase}${sep}`)) {
    throw refused('EACCES', `${path} leads out of ${base}`);
  }
}

/** Checked from the outermost that exists before anything is made: a link on the way may lead out. */
async function makeFolder(base: string, folder: string): Promise<void> {
  await mkdir(base, { recursive: true });
  let existing = folder;
  while (existing !== base && (await stat(existing).catch(nullWhereMissing)) === null) existing = dirname(existing);
  await checkInside(base, existing);
  await mkdir(folder, { recursive: true });
}

function nullWhereMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function refused(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
