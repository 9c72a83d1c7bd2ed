// A TransformStorage over local files, for `airlock transform`: a key is a path below the root, with "/" between its parts. The bucket means nothing.
import { randomUUID } from 'node:crypto';
import { constants, createWriteStream, type Dirent } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isOfFileSystem, PathRefused } from './input-failure.ts';
import type { TransformStorage } from './transform-definition.ts';

export type DirectoryStorage = Required<TransformStorage>;

/**
 * Rejections carry a code: the file system's, or that of a PathRefused. Everything in a directory is listed, what cannot be opened too: nothing
 * is skipped in silence.
 */
export function createDirectoryStorage(root: string): DirectoryStorage {
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
      return openFile(path);
    },
    async put({ key }, { body }, signal) {
      const path = below(base, key);
      await makeFolder(base, dirname(path));
      // As short as it can be: the name itself may be as long as the file system allows.
      const staged = join(dirname(path), `.${randomUUID()}.part`);
      try {
        const source = Buffer.isBuffer(body) ? Readable.from([body]) : body.open();
        await pipeline(source, createWriteStream(staged, { flags: 'wx' }), { signal });
        await rename(staged, path);
      } catch (error) {
        await rm(staged, { force: true });
        throw error;
      }
    },
    async remove({ key }) {
      try {
        const path = below(base, key);
        await checkInside(base, dirname(path));
        await unlink(path);
      } catch (error) {
        // Nothing is there, or nothing that put() would replace: it will say so.
        const isOfNoConcern = isOfFileSystem(error) && /^(ENOENT|ENOTDIR|EISDIR|ENAMETOOLONG|ELOOP)$/.test(error.code ?? '');
        if (!isOfNoConcern && !(error instanceof PathRefused)) throw error;
      }
    },
    nameOf: ({ key }) => join(base, key),
  };
}

/** One file under its own name, wherever it lies: the root of a link is the link's. Other keys are opened as of its directory. */
export async function createFileStorage(path: string): Promise<DirectoryStorage> {
  const name = basename(resolve(path));
  const real = await realpath(path);
  const directory = createDirectoryStorage(dirname(resolve(path)));
  return {
    ...directory,
    async *list() {
      yield { key: name, bytes: (await stat(real)).size };
    },
    open: (location, signal) => (location.key === name ? openFile(real) : directory.open(location, signal)),
  };
}

const readBytes = 256 * 1024;

async function openFile(path: string) {
  // Without a writer a pipe would be waited for without end.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new PathRefused('EISDIR', path, found.isDirectory() ? 'a directory' : 'no regular file');
    return { bytes: found.size, body: file.createReadStream({ highWaterMark: readBytes }) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Entries in S3's order of keys. Symbolic links are not followed here: one to a file inside the root can be opened, others say why not. */
async function* walk(base: string, folder: string, prefix: string): AsyncGenerator<{ key: string; bytes: number }> {
  const entries = await readdir(join(base, folder), { withFileTypes: true, encoding: 'buffer' });
  const names = entries.map((entry) => (entry.isDirectory() ? `${nameIn(folder, entry)}/` : nameIn(folder, entry)));
  for (const name of names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))) {
    const key = `${folder}${name}`;
    if (!key.startsWith(prefix) && !(name.endsWith('/') && prefix.startsWith(key))) continue;
    if (name.endsWith('/')) yield* walk(base, key, prefix);
    else yield { key, bytes: await sizeOf(join(base, key)) };
  }
}

/** @throws PathRefused for one that is not UTF-8: it has no key, and a file could not be found by it */
function nameIn(folder: string, { name }: Dirent<NonSharedBuffer>): string {
  const text = name.toString('utf8');
  if (!Buffer.from(text).equals(name))
    throw new PathRefused('EILSEQ', `${folder}${text}`, `named so that it is not UTF-8 (${folder}${text})`);
  return text;
}

/** 0 of what is no file. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    if (isOfFileSystem(error)) return null;
    throw error;
  });
  return found?.isFile() ? found.size : 0;
}

function below(base: string, key: string): string {
  const path = resolve(base, key.replaceAll('/', sep));
  if (path !== base && !path.startsWith(base.endsWith(sep) ? base : `${base}${sep}`))
    throw new PathRefused('EACCES', key, 'a path that leads out of the directory');
  return path;
}

/** Behind all symbolic links. */
async function checkInside(base: string, path: string): Promise<void> {
  const [realBase, real] = [await realpath(base), await realpathOf(path)];
  if (real !== realBase && !real.startsWith(realBase.endsWith(sep) ? realBase : `${realBase}${sep}`)) {
    throw new PathRefused('EACCES', path, 'a link that leads out of the directory');
  }
}

async function realpathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isOfFileSystem(error) || error.code !== 'ENOENT') throw error;
    const isLink = await lstat(path).then((found) => found.isSymbolicLink(), nullWhereMissing);
    if (isLink) throw new PathRefused('ENOENT', path, 'a link to nothing');
    throw error;
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
