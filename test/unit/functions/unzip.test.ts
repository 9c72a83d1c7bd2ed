import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { unzip } from '../../../emulator/functions/unzip.ts';

interface Member {
  readonly name: string;
  readonly content: string;
  readonly stored?: boolean;
  readonly claimedBytes?: number;
}

/** A zip archive by the format's description: local headers, central directory, end record. */
function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored = false, claimedBytes } of members) {
    const data = stored ? Buffer.from(content) : deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(claimedBytes ?? Buffer.byteLength(content), 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

async function directoryForTest(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'unzip-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test('stored and deflated entries are written out, with their folders', async () => {
  const directory = await directoryForTest();
  await unzip(
    zip([
      { name: 'index.mjs', content: 'a'.repeat(5000) },
      { name: 'lib/', content: '' },
      { name: 'lib/b.txt', content: 'bé', stored: true },
    ]),
    directory,
  );
  expect(await readFile(join(directory, 'index.mjs'), 'utf8')).toBe('a'.repeat(5000));
  expect(await readFile(join(directory, 'lib/b.txt'), 'utf8')).toBe('bé');
});

test.each(['../out.js', '/etc/out.js', 'a/../../out.js', 'a\\..\\out.js', '..\\out.js', 'C:/out.js', 'c:out.js', '\\\\host\\out.js'])(
  'the entry name %j is refused',
  async (name) => {
    await expect(unzip(zip([{ name, content: 'x' }]), await directoryForTest())).rejects.toThrow('leads out of the archive');
  },
);

test('an entry that unpacks to more than it says is refused', async () => {
  await expect(unzip(zip([{ name: 'a', content: 'x'.repeat(100_000), claimedBytes: 10 }]), await directoryForTest())).rejects.toThrow();
});

test.each([0, 99_999])('a stored entry that says it has %i bytes and has more is refused', async (claimedBytes) => {
  const archive = zip([{ name: 'a', content: 'x'.repeat(100_000), stored: true, claimedBytes }]);
  await expect(unzip(archive, await directoryForTest())).rejects.toThrow('damaged');
});

test('more than Lambda allows is refused before anything is written', async () => {
  await expect(unzip(zip([{ name: 'a', content: 'x', claimedBytes: 0x1000_0000 }]), await directoryForTest())).rejects.toThrow(
    'Lambda allows 262144000',
  );
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('not an archive at all, but long enough to hold an end record')],
  ['a damaged directory', zip([{ name: 'a', content: 'x' }]).fill(0, 35, 50)],
])('%s is no archive', async (_, bytes) => {
  await expect(unzip(bytes, await directoryForTest())).rejects.toThrow(/zip archive/);
});
