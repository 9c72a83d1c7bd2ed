// `docker save` as it streams -> what each layer holds. Nothing is unpacked; of contents only small suspicious files are read, one at a time.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type FoundSecret, isWorthReading, secretsIn } from './find-secrets.ts';
import { BrokenArchive, readTar, type TarEntry } from './read-tar.ts';

export interface LayerFile {
  /** Without a leading slash. */
  readonly path: string;
  readonly kind: TarEntry['kind'];
  readonly bytes: number;
  readonly mode: number;
  readonly linkTarget: string | null;
  readonly secrets: readonly FoundSecret[];
}

export interface SavedImage {
  /** Oldest first. */
  readonly layers: readonly (readonly LayerFile[])[];
  /** The descriptors of index.json; null where the archive has none, as Docker's before 25. */
  readonly index: readonly { readonly mediaType: string; readonly platform: string | null }[] | null;
}

/** There are more files than are looked at. */
export class TooManyFiles extends Error {
  override readonly name = 'TooManyFiles';
}

const jsonBytesMax = 16 * 1024 * 1024;
const noSecrets: readonly FoundSecret[] = [];

/** @throws BrokenArchive, TooManyFiles, and the source's error */
export async function readSavedImage(source: AsyncIterable<Buffer>, { filesMax }: { readonly filesMax: number }): Promise<SavedImage> {
  const layers = new Map<string, readonly LayerFile[]>();
  const links = new Map<string, string>();
  let manifests: unknown = null;
  let index: unknown = null;
  let filesLeft = filesMax;
  for await (const entry of readTar(source)) {
    if (entry.linkTarget !== null) links.set(entry.path, joined(entry.path, entry.linkTarget));
    if (entry.kind !== 'file') continue;
    if (entry.path === 'manifest.json') manifests = await readJson(entry);
    else if (entry.path === 'index.json') index = await readJson(entry);
    else {
      const { head, body } = await peek(entry.body);
      const content = archiveIn(head, body);
      if (content === null) continue;
      const files: LayerFile[] = [];
      for await (const file of readTar(content)) {
        filesLeft -= 1;
        if (filesLeft < 0) throw new TooManyFiles(`the image has more than ${filesMax} files`);
        files.push(await listed(file));
      }
      layers.set(entry.path, files);
    }
  }
  const names = (manifests as readonly { readonly Layers?: readonly string[] }[] | null)?.[0]?.Layers;
  if (!Array.isArray(names)) throw new BrokenArchive('it has no list of layers');
  return {
    layers: names.map((name: string) => {
      const files = layers.get(name) ?? layers.get(links.get(name) ?? '');
      if (files === undefined) throw new BrokenArchive('a layer is missing in it');
      return files;
    }),
    index: descriptorsOf(index),
  };
}

async function listed(entry: TarEntry): Promise<LayerFile> {
  const { kind, bytes, mode, linkTarget } = entry;
  const path = entry.path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
  const secrets = kind === 'file' && isWorthReading({ path, bytes }) ? secretsIn(path, await readAll(entry.body)) : noSecrets;
  return { path, kind, bytes, mode, linkTarget, secrets };
}

/** The tar stream in it; null where it is something else: a configuration, a manifest, a signature. */
function archiveIn(head: Buffer, body: AsyncIterable<Buffer>): AsyncIterable<Buffer> | null {
  if (head.readUInt16BE(0) === 0x1f8b) return unpacked(body, createGunzip());
  if (head.readUInt32BE(0) === 0x28b52ffd) return unpacked(body, createZstdDecompress());
  // An empty layer is nothing but zeros.
  const isTar = head.toString('latin1', 257, 262) === 'ustar' || head.every((byte) => byte === 0);
  return isTar ? body : null;
}

function unpacked(body: AsyncIterable<Buffer>, through: ReturnType<typeof createGunzip>): AsyncIterable<Buffer> {
  // Its error is the error of the stream that is read.
  pipeline(Readable.from(body, { objectMode: false }), through).catch(() => {});
  return through;
}

const headBytes = 512;

async function peek(body: AsyncIterable<Buffer>): Promise<{ readonly head: Buffer; readonly body: AsyncIterable<Buffer> }> {
  const iterator = body[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < headBytes) {
    const { value, done } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  const padded = head.length < headBytes ? Buffer.concat([head, Buffer.alloc(headBytes - head.length, 0x20)]) : head.subarray(0, headBytes);
  return { head: padded, body: whole() };
}

async function readJson({ bytes, body }: TarEntry): Promise<unknown> {
  if (bytes > jsonBytesMax) throw new BrokenArchive('its list of layers is too long');
  return JSON.parse((await readAll(body)).toString()) as unknown;
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Of a link beside the file: `../other/layer.tar`. */
function joined(path: string, target: string): string {
  return new URL(target, `file:///${path}`).pathname.slice(1);
}

interface Descriptor {
  readonly mediaType?: string;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
}

function descriptorsOf(index: unknown): SavedImage['index'] {
  const { manifests } = (index ?? {}) as { manifests?: readonly Descriptor[] };
  if (!Array.isArray(manifests)) return null;
  return manifests.map(({ mediaType = '', platform }: Descriptor) => ({
    mediaType,
    platform: platform ? `${platform.os}/${platform.architecture}` : null,
  }));
}
