// A tar archive as it comes, entry by entry: nothing is unpacked, nothing but the headers is held. Formats: ustar, pax, GNU's long names.

export interface TarEntry {
  /** As the archive has it. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symbolicLink' | 'hardLink' | 'other';
  readonly bytes: number;
  readonly mode: number;
  /** Of links. */
  readonly linkTarget: string | null;
  /** To be read before the next entry is asked for, or not at all. */
  readonly body: AsyncIterable<Buffer>;
}

/** It is no tar archive, or its end is missing; the message is for people. */
export class BrokenArchive extends Error {
  override readonly name = 'BrokenArchive';
}

const blockBytes = 512;
/** Ours: of a long name or a pax header. */
const extensionBytesMax = 1024 * 1024;
const kinds: Readonly<Record<string, TarEntry['kind']>> = {
  ...{ '\0': 'file', '0': 'file', '7': 'file', '1': 'hardLink', '2': 'symbolicLink', '5': 'directory' },
};

/** Reads the source to its end, also behind the archive's, so that a checksum there is checked. @throws BrokenArchive, and the source's error */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const reader = openReader(source);
  let long: { path?: string; linkTarget?: string; bytes?: number } = {};
  try {
    for (;;) {
      const header = await reader.read(blockBytes);
      if (header === null || header.every((byte) => byte === 0)) break;
      checkSum(header);
      const type = String.fromCharCode(header[156] ?? 0);
      const bytes = long.bytes ?? numberAt(header, 124, 12);
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        const extension = await reader.readPadded(numberAt(header, 124, 12));
        // A global header says nothing that is looked at here.
        if (type === 'x') long = { ...long, ...paxFields(extension) };
        if (type === 'L') long.path = textAt(extension, 0, extension.length);
        if (type === 'K') long.linkTarget = textAt(extension, 0, extension.length);
        continue;
      }
      const kind = kinds[type] ?? 'other';
      // Only these have a body, whatever their header says.
      const bodyBytes = kind === 'file' || kind === 'other' ? bytes : 0;
      const left = { bytes: bodyBytes };
      yield {
        ...{ path: long.path ?? nameOf(header), kind, bytes: bodyBytes, mode: numberAt(header, 100, 8) },
        linkTarget: kind === 'symbolicLink' || kind === 'hardLink' ? (long.linkTarget ?? textAt(header, 157, 100)) : null,
        body: reader.body(left),
      };
      long = {};
      await reader.skip(left.bytes + paddingOf(bodyBytes));
    }
    await reader.drain();
  } finally {
    await reader.close();
  }
}

function openReader(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  const next = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const { value, done } = await iterator.next();
      if (done) return false;
      chunk = value;
    }
    return true;
  };
  const take = (bytesMax: number): Buffer => {
    const taken = chunk.subarray(0, bytesMax);
    chunk = chunk.subarray(taken.length);
    return taken;
  };
  const takeSome = async (bytesMax: number): Promise<Buffer> => {
    if (!(await next())) throw new BrokenArchive('it ends in the middle of an entry');
    return take(bytesMax);
  };
  /** Null at the end of the source. */
  const read = async (bytes: number): Promise<Buffer | null> => {
    if (bytes === 0) return Buffer.alloc(0);
    if (!(await next())) return null;
    const parts: Buffer[] = [];
    for (let missing = bytes; missing > 0; missing -= parts.at(-1)?.length ?? 0) parts.push(await takeSome(missing));
    return parts.length === 1 ? (parts[0] ?? null) : Buffer.concat(parts);
  };
  return {
    read,
    async readPadded(bytes: number): Promise<Buffer> {
      if (bytes > extensionBytesMax) throw new BrokenArchive(`a name in it has ${bytes} bytes`);
      const whole = await read(bytes + paddingOf(bytes));
      if (whole === null) throw new BrokenArchive('it ends in the middle of an entry');
      return whole.subarray(0, bytes);
    },
    async *body(left: { bytes: number }): AsyncGenerator<Buffer> {
      while (left.bytes > 0) {
        const taken = await takeSome(left.bytes);
        left.bytes -= taken.length;
        yield taken;
      }
    },
    async skip(bytes: number): Promise<void> {
      for (let missing = bytes; missing > 0; ) missing -= (await takeSome(missing)).length;
    },
    async drain(): Promise<void> {
      while (await next()) chunk = Buffer.alloc(0);
    },
    async close(): Promise<void> {
      await iterator.return?.();
    },
  };
}

function paddingOf(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes;
}

function checkSum(header: Buffer): void {
  let sum = 8 * 0x20;
  for (const [place, byte] of header.entries()) if (place < 148 || place >= 156) sum += byte;
  if (sum !== numberAt(header, 148, 8)) throw new BrokenArchive('it is no tar archive');
}

/** Octal, or GNU's binary form where the first bit is set. */
function numberAt(header: Buffer, from: number, bytes: number): number {
  if ((header[from] ?? 0) & 0x80) return Number(BigInt(`0x${header.toString('hex', from + 1, from + bytes)}`));
  const text = textAt(header, from, bytes).trim();
  if (!/^[0-7]*$/.test(text)) throw new BrokenArchive('it is no tar archive');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function textAt(bytes: Buffer, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

function nameOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textAt(header, 345, 155) : '';
  return prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`;
}

/** Records `LENGTH key=value\n`, where LENGTH counts itself. */
function paxFields(records: Buffer): { path?: string; linkTarget?: string; bytes?: number } {
  const fields: { path?: string; linkTarget?: string; bytes?: number } = {};
  for (let at = 0; at < records.length; ) {
    const space = records.indexOf(0x20, at);
    const length = Number(records.toString('latin1', at, space));
    if (space === -1 || !Number.isInteger(length) || length <= 0) throw new BrokenArchive('one of its pax headers is broken');
    const record = records.toString('utf8', space + 1, at + length - 1);
    const [key, value] = [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)];
    if (key === 'path') fields.path = value;
    if (key === 'linkpath') fields.linkTarget = value;
    if (key === 'size') fields.bytes = Number(value);
    at += length;
  }
  return fields;
}
