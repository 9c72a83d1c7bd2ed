// A file's bytes, at most so many, at once or not at all: what a path names may be a device, a pipe or a file that somebody writes to.
import { constants, type FileHandle, open } from 'node:fs/promises';

export type RegularFile =
  | { readonly bytes: Buffer; readonly refused: null }
  /** In words that go after the file's name. */
  | { readonly bytes: null; readonly refused: 'not a file' | 'too large'; readonly words: string };

const chunkBytes = 64 * 1024;

/** @throws Error with the `code` of the operating system where it cannot be opened or read (ENOENT, EACCES, …) */
export async function readRegularFile(path: string, bytesMax: number): Promise<RegularFile> {
  // Without O_NONBLOCK the open itself waits until somebody writes to a named pipe. Windows has no such flag.
  await using handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stat = await handle.stat();
  if (!stat.isFile()) {
    const kind = stat.isDirectory() ? 'a directory' : stat.isFIFO() ? 'a named pipe' : 'a device';
    return { bytes: null, refused: 'not a file', words: `is no file but ${kind}` };
  }
  // The size of the moment does not bind the reading: the file may grow meanwhile, and files of /proc say 0.
  const bytes = stat.size > bytesMax ? null : await readAtMost(handle, bytesMax);
  return bytes === null
    ? { bytes, refused: 'too large', words: `has more than ${bytesMax} bytes, which is the most that is read` }
    : { bytes, refused: null };
}

async function readAtMost(handle: FileHandle, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null);
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    if (total > bytesMax) return null;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}
