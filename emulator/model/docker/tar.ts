// A directory as a tar stream, for Docker's archive call: files and directories, readable for every user, owned by root.
// Format: POSIX ustar, with a pax header for names and sizes that do not fit.
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AirlockError } from '../../errors.ts';

const blockBytes = 512;
const sizeMax = 8 ** 11 - 1;

/** @throws (through the stream) AirlockError BAD_OPTION for what SageMaker's archive may not hold */
export function tarOf(directory: string): Readable {
  return Readable.from(blocksOf(directory), { objectMode: false });
}

async function* blocksOf(directory: string): AsyncGenerator<Buffer> {
  const names = await readdir(directory, { recursive: true });
  for (const name of names.sort()) {
    const path = join(directory, name);
    const entry = name.replaceAll('\\', '/');
    const stats = await lstat(path);
    if (stats.isDirectory()) {
      yield* header({ name: `${entry}/`, type: '5', mode: 0o755, bytes: 0, modifiedMs: stats.mtimeMs });
      continue;
    }
    if (!stats.isFile()) {
      const kind = stats.isSymbolicLink() ? 'a symbolic link' : 'no plain file';
      throw new AirlockError(
        'BAD_OPTION',
        `--model-directory holds ${entry}, which is ${kind}: SageMaker takes files and directories only.`,
        'Replace it by the file itself.',
      );
    }
    const mode = stats.mode & 0o100 ? 0o755 : 0o644;
    yield* header({ name: entry, type: '0', mode, bytes: stats.size, modifiedMs: stats.mtimeMs });
    let bytes = 0;
    // Never more than the header says: a file that grows meanwhile would break the archive.
    if (stats.size > 0) {
      for await (const chunk of createReadStream(path, { end: stats.size - 1 }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        yield chunk;
      }
    }
    if (bytes !== stats.size) throw new Error(`${path} became shorter while it was read`);
    yield padding(bytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}

interface Entry {
  readonly name: string;
  readonly type: '0' | '5' | 'x';
  readonly mode: number;
  readonly bytes: number;
  readonly modifiedMs: number;
}

function* header(entry: Entry): Generator<Buffer> {
  const records: string[] = [];
  const fits = Buffer.byteLength(entry.name) <= 100 && /^[\x20-\x7e]*$/.test(entry.name);
  if (!fits) records.push(paxRecord('path', entry.name));
  if (entry.bytes > sizeMax) records.push(paxRecord('size', String(entry.bytes)));
  if (records.length > 0) {
    const body = Buffer.from(records.join(''));
    yield block({ ...entry, name: 'pax', type: 'x', bytes: body.length });
    yield Buffer.concat([body, padding(body.length)]);
  }
  yield block({ ...entry, name: fits ? entry.name : 'named-in-pax', bytes: entry.bytes > sizeMax ? 0 : entry.bytes });
}

/** `LENGTH key=value\n`, where LENGTH counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function block({ name, type, mode, bytes, modifiedMs }: Entry): Buffer {
  const octal = (value: number, digits: number) => `${Math.max(0, Math.floor(value)).toString(8).padStart(digits, '0')}\0`;
  const buffer = Buffer.alloc(blockBytes);
  buffer.write(name, 0, 100);
  buffer.write(octal(mode, 7), 100);
  buffer.write(octal(0, 7), 108);
  buffer.write(octal(0, 7), 116);
  buffer.write(octal(bytes, 11), 124);
  buffer.write(octal(modifiedMs / 1_000, 11), 136);
  buffer.write(' '.repeat(8), 148);
  buffer.write(type, 156);
  buffer.write('ustar\x0000', 257, 'latin1');
  const sum = buffer.reduce((total, byte) => total + byte, 0);
  buffer.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return buffer;
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
