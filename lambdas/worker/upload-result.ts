// The result into the bucket, once: in one write where it is short, else by multipart upload, whose pieces survive a death.
import type { AnswerPlace, Assembly } from '../large-request/request-state.ts';
import type { NewObject } from '../request/objects.ts';
import { fixedPieces } from './fixed-pieces.ts';
import type { JoinedChunk } from './join-answers.ts';
import { checkpointMs, uploadPartsMax } from './limits.ts';
import { beginUpload, findStart, type OpenUpload } from './open-upload.ts';
import type { Run } from './run.ts';
import { OutOfTime, RequestFailure, TryAgain } from './worker-errors.ts';

/** `taken`: an object is there already. */
export type UploadOutcome = { readonly kind: 'written'; readonly bytes: number } | { readonly kind: 'taken' };

/**
 * `join` yields the result's bytes from a place on. However it ends, the state says which pieces are uploaded.
 * @throws OutOfTime, TryAgain, LeaseLost, RequestFailure RESULT_TOO_LARGE; what `join` throws; the SDK's errors
 */
export async function uploadResult(
  run: Run,
  object: Omit<NewObject, 'body'>,
  join: (from: AnswerPlace) => AsyncIterable<JoinedChunk>,
): Promise<UploadOutcome> {
  const { storage, limits } = run.options;
  const { key } = object;
  const start = await findStart(run, key);
  const checkpoint = assemblyCheckpoints(run);
  const etags = [...start.etags];
  let { upload } = start;
  let bytes = etags.length * limits.uploadPartBytes;
  try {
    for await (const piece of fixedPieces(join(start.from), limits.uploadPartBytes)) {
      bytes += piece.bytes.length;
      if (upload === null && piece.next === null) {
        const { kind } = await storage.putNew({ ...object, body: piece.bytes }, run.time.forStorageMs());
        return kind === 'written' ? { kind, bytes } : { kind: 'taken' };
      }
      upload ??= await beginUpload(run, object);
      if (etags.length === uploadPartsMax) throw new RequestFailure('RESULT_TOO_LARGE');
      etags.push(await uploadPiece(run, { ...upload, key }, { number: etags.length + 1, body: piece.bytes }));
      if (piece.next !== null) await checkpoint.reach({ pieces: etags.length, next: piece.next });
    }
    if (upload === null) throw new TryAgain('no piece');
    const outcome = await storage.completeUpload({ key, uploadId: upload.uploadId, etags }, run.time.forStorageMs());
    return outcome === 'written' ? { kind: 'written', bytes } : { kind: 'taken' };
  } catch (error) {
    await checkpoint.now();
    throw error;
  }
}

async function uploadPiece(
  run: Run,
  { key, uploadId, there }: OpenUpload & { readonly key: string },
  { number, body }: { readonly number: number; readonly body: Buffer },
): Promise<string> {
  const known = there.get(number);
  if (known?.bytes === body.length) return known.etag;
  if (!run.time.takesMore()) throw new OutOfTime();
  const etag = await run.options.storage.uploadPart({ key, uploadId, number, body }, run.time.forStorageMs());
  if (etag === null) throw new TryAgain('the upload is gone');
  return etag;
}

/** A piece more is a step forward: the first is told at once, before the count of tries could end the request. */
function assemblyCheckpoints({ held, options: { now } }: Run) {
  let untold: Assembly | null = null;
  let toldAtMs: number | null = null;
  const write = async () => {
    if (untold === null) return;
    const assembly = untold;
    untold = null;
    toldAtMs = now();
    await held.save({ assembly, attemptsWithoutProgress: 0 });
  };
  return {
    async reach(assembly: Assembly) {
      untold = assembly;
      if (toldAtMs === null || now() - toldAtMs >= checkpointMs) await write();
    },
    now: write,
  };
}
