// A function's code as a zip archive: central directory, stored or deflated entries. Refuses what Lambda would, and names that lead out.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** Lambda: size of the unzipped code. Source: AWS "Lambda quotas". */
const unzippedBytesMax = 250 * 1024 * 1024;
const endOfCentralDirectory = 0x0605_4b50;
const centralEntry = 0x0201_4b50;
const inflate = promisify(inflateRaw);

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/** @throws Error with a plain reason */
export async function unzip(archive: Buffer, directory: string): Promise<void> {
  const entries = listEntries(archive);
  const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (total > unzippedBytesMax) throw new Error(`${total} bytes unzipped; Lambda allows ${unzippedBytesMax}.`);
  for (const entry of entries) {
    const name = safeName(entry.name);
    if (name.endsWith('/')) continue;
    const content = await contentOf(archive, entry);
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function listEntries(archive: Buffer): Entry[] {
  // The end record is 22 bytes and a comment of at most 65,535.
  const from = Math.max(0, archive.length - 22 - 65_535);
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < from || end + 22 > archive.length || archive.readUInt32LE(end) !== endOfCentralDirectory) throw new Error('not a zip archive.');
  const count = archive.readUInt16LE(end + 10);
  let position = archive.readUInt32LE(end + 16);
  if (count === 0xffff || position === 0xffff_ffff) throw new Error('a zip64 archive, which Airlock does not read.');
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (position + 46 > archive.length || archive.readUInt32LE(position) !== centralEntry) throw new Error('a damaged zip archive.');
    const nameBytes = archive.readUInt16LE(position + 28);
    entries.push({
      name: archive.toString('utf8', position + 46, position + 46 + nameBytes),
      method: archive.readUInt16LE(position + 10),
      compressedBytes: archive.readUInt32LE(position + 20),
      bytes: archive.readUInt32LE(position + 24),
      offset: archive.readUInt32LE(position + 42),
    });
    position += 46 + nameBytes + archive.readUInt16LE(position + 30) + archive.readUInt16LE(position + 32);
  }
  return entries;
}

async function contentOf(archive: Buffer, entry: Entry): Promise<Buffer> {
  if (entry.offset + 30 > archive.length) throw new Error('a damaged zip archive.');
  const start = entry.offset + 30 + archive.readUInt16LE(entry.offset + 26) + archive.readUInt16LE(entry.offset + 28);
  const compressed = archive.subarray(start, start + entry.compressedBytes);
  const content = await decompress(compressed, entry);
  // Also of a stored entry: the limit above was held against what the entries say.
  if (content.length !== entry.bytes) throw new Error('a damaged zip archive.');
  return content;
}

async function decompress(compressed: Buffer, { name, method, bytes }: Entry): Promise<Buffer> {
  if (method === 0) return compressed;
  if (method !== 8) throw new Error(`${name} is compressed by method ${method}; only deflate is read.`);
  return inflate(compressed, { maxOutputLength: Math.max(1, bytes) });
}

/** The same on every system: names in an archive have slashes, and none may mean a drive or a way out on any of them. */
function safeName(name: string): string {
  const normal = posix.normalize(name);
  if (/[\\\0]|^[a-z]:/i.test(name) || normal.startsWith('/') || normal.split('/').includes('..')) {
    throw new Error(`the entry ${JSON.stringify(name)} leads out of the archive.`);
  }
  return normal;
}
