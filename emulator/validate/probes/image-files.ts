// The files of the image, layer on layer, from `docker save` as it streams: nothing is written to the disk, no content is held.
import { addAbortSignal, type Readable } from 'node:stream';
import { type DockerEngine, statusOf } from '../../model/docker/docker-engine.ts';
import { type Evidence, NotDecided, type Probe } from '../evidence.ts';
import { type MergedFiles, mergeLayers } from '../image-files/merge-layers.ts';
import { BrokenArchive } from '../image-files/read-tar.ts';
import { readSavedImage, type SavedImage, TooManyFiles } from '../image-files/saved-image.ts';

export interface ImageFiles extends MergedFiles {
  readonly index: SavedImage['index'];
}

/** Ours: their paths take about 200 bytes each. */
const filesMax = 500_000;
/** Ours: a daemon that sends nothing more has failed. */
const stallTimeoutMs = 120_000;

export const imageFiles: Probe<ImageFiles> = {
  title: "reading the image's layers",
  async run({ engine, image, signal }) {
    const stalled = new AbortController();
    const ended = AbortSignal.any([signal, stalled.signal]);
    const stream = addAbortSignal(ended, await save(engine, image.id));
    const source = watched(stream, () => stalled.abort(new NotDecided(`Docker sent nothing of the image for ${stallTimeoutMs / 1_000} s`)));
    try {
      const { layers, index } = await readSavedImage(source, { filesMax });
      return { ...mergeLayers(layers), index };
    } catch (error) {
      if (ended.aborted) throw ended.reason;
      if (error instanceof BrokenArchive) throw new NotDecided(`what Docker saved of the image cannot be read: ${error.message}`);
      if (error instanceof TooManyFiles) throw new NotDecided(error.message);
      throw error;
    } finally {
      stream.destroy();
    }
  },
};

/** Engines before 25 write the whole image to their disk before they send anything. */
async function save({ docker }: DockerEngine, imageId: string): Promise<Readable> {
  try {
    return (await docker.getImage(imageId).get()) as Readable;
  } catch (error) {
    if (statusOf(error) === null && /^no answer within/.test((error as Error).message)) {
      throw new NotDecided(`Docker takes too long to save the image: ${(error as Error).message}`);
    }
    throw error;
  }
}

async function* watched(stream: Readable, onStall: () => void): AsyncGenerator<Buffer> {
  let timer = setTimeout(onStall, stallTimeoutMs);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(onStall, stallTimeoutMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Null where the files cannot be listed: for checks that have something else to look at, too. */
export async function imageFilesOrNull(evidence: Evidence): Promise<ImageFiles | null> {
  try {
    return await evidence.of(imageFiles);
  } catch (error) {
    if (error instanceof NotDecided) return null;
    throw error;
  }
}
