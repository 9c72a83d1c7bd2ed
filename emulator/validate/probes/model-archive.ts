// The archive for ModelDataUrl, read as it is: what is in it, as far as its rules ask. Nothing is unpacked.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AirlockError } from '../../errors.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { BrokenArchive, readTar } from '../image-files/read-tar.ts';

export interface ModelArchive {
  /** Of the file, without its directory. */
  readonly name: string;
  /** Why it cannot be read to its end; null where it can. */
  readonly broken: string | null;
  readonly entries: readonly { readonly path: string; readonly kind: 'file' | 'directory' | 'symbolicLink' | 'hardLink' | 'other' }[];
}

/** Ours. */
const entriesMax = 200_000;

export const modelArchive: Probe<ModelArchive> = {
  title: 'reading the model archive',
  async run({ options, signal }) {
    const path = options.modelArchive ?? null;
    if (path === null) throw new NotDecided('no model archive was given (--model-archive FILE)');
    return readModelArchive(path, signal);
  },
};

/** @throws AirlockError BAD_OPTION for a file that cannot be read; NotDecided for one with more entries than are looked at */
export async function readModelArchive(path: string, signal: AbortSignal): Promise<ModelArchive> {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  const entries: ModelArchive['entries'][number][] = [];
  const file = await openFile(path);
  try {
    for await (const { path: entryPath, kind } of readTar(gunzipped(file, signal))) {
      if (entries.length === entriesMax) throw new NotDecided(`the model archive has more than ${entriesMax} entries`);
      entries.push({ path: entryPath, kind });
    }
    return { name, broken: null, entries };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BrokenArchive) return { name, broken: error.message, entries };
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) return { name, broken: 'it is no whole gzip file', entries };
    if (code !== undefined && !(error instanceof AirlockError)) throw unreadable(path, error);
    throw error;
  } finally {
    file.destroy();
  }
}

async function openFile(path: string): Promise<Readable> {
  try {
    if (!(await stat(path)).isFile()) throw Object.assign(new Error('it is no file'), { code: 'EISDIR' });
  } catch (error) {
    throw unreadable(path, error);
  }
  return createReadStream(path);
}

function unreadable(path: string, error: unknown): AirlockError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AirlockError('BAD_OPTION', `--model-archive ${path} cannot be read: ${reason}`, 'Name the .tar.gz that ModelDataUrl is for.', {
    cause: error,
  });
}

/** An error of the file, the archive or the caller's signal is the error of what is read. */
function gunzipped(file: Readable, signal: AbortSignal): AsyncIterable<Buffer> {
  const whole = new Transform({ transform: (chunk, _, done) => done(null, chunk) });
  pipeline(file, createGunzip(), whole, { signal }).catch((error: unknown) => {
    whole.destroy(error as Error);
  });
  return whole;
}
