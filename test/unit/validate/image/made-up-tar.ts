// Tar archives as bytes, with whatever a test wants to be in them. Format: POSIX ustar.

export interface MadeUpEntry {
  readonly path: string;
  readonly content?: Buffer | string;
  /** '0' file, '1' hard link, '2' symbolic link, '5' directory, 'L' GNU's long name, 'x' pax header. */
  readonly type?: string;
  readonly linkTarget?: string;
  readonly mode?: number;
}

export function tar(entries: readonly MadeUpEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1_024)]);
}

function blocksOf({ path, content = '', type = '0', linkTarget = '', mode = 0o644 }: MadeUpEntry): readonly Buffer[] {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(path, 0, 100);
  header.write(octal(mode, 7), 100);
  header.write(octal(body.length, 11), 124);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write(linkTarget, 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
}

/** In pieces of this size, as a stream gives them. */
export async function* inPieces(bytes: Buffer, pieceBytes = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
