// The result into the bucket, once: in one write where it is short, else by multipart upload, whose parts survive a death.
import type { NewObject } from '../request/objects.ts';
import { fixedPieces, type Piece } from './fixed-pieces.ts';
import { uploadPartsMax } from './limits.ts';
import type { UploadedPart } from './multipart.ts';
import type { Run } from './run.ts';
import { OutOfTime, RequestFailure, TryAgain } from './worker-errors.ts';

/** `taken`: an object is there already. */
export type UploadOutcome = { readonly kind: 'written'; readonly bytes: number } | { readonly kind: 'taken' };

/** @throws OutOfTime, TryAgain, RequestFailure RESULT_TOO_LARGE; what `chunks` throws; the SDK's errors */
export async function uploadResult(run: Run, object: Omit<NewObject, 'body'>, chunks: AsyncIterable<Uint8Array>): Promise<UploadOutcome> {
  const { storage, limits } = run.options;
  let upload = await findUpload(run, object.key);
  const etags: string[] = [];
  let bytes = 0;
  for await (const piece of fixedPieces(chunks, limits.uploadPartBytes)) {
    bytes += piece.bytes.length;
    if (upload === null && piece.isLast) {
      const { kind } = await storage.putNew({ ...object, body: piece.bytes }, run.time.forStorageMs());
      return kind === 'written' ? { kind, bytes } : { kind: 'taken' };
    }
    upload ??= await beginUpload(run, object);
    if (etags.length === uploadPartsMax) throw new RequestFailure('RESULT_TOO_LARGE');
    etags.push(await uploadPiece(run, { ...upload, key: object.key }, etags.length + 1, piece));
  }
  if (upload === null) throw new TryAgain('no piece');
  const outcome = await storage.completeUpload({ key: object.key, uploadId: upload.uploadId, etags }, run.time.forStorageMs());
  return outcome === 'written' ? { kind: 'written', bytes } : { kind: 'taken' };
}

interface OpenUpload {
  readonly uploadId: string;
  /** Parts an earlier invocation has written, by number. */
  readonly there: ReadonlyMap<number, UploadedPart>;
}

/** The one that an earlier invocation began; null where there is none any more. */
async function findUpload({ options: { storage }, held, time }: Run, key: string): Promise<OpenUpload | null> {
  const { uploadId } = held.state;
  if (uploadId === null) return null;
  const there = await storage.listParts({ key, uploadId }, time.forStorageMs);
  return there === null ? null : { uploadId, there };
}

/** The id is in the state before the first part is written; without that nobody would find it again. */
async function beginUpload({ options: { storage }, held, time }: Run, object: Omit<NewObject, 'body'>): Promise<OpenUpload> {
  const uploadId = await storage.createUpload(object, time.forStorageMs());
  await held.save({ uploadId });
  return { uploadId, there: new Map() };
}

async function uploadPiece(
  run: Run,
  { key, uploadId, there }: OpenUpload & { key: string },
  number: number,
  { bytes }: Piece,
): Promise<string> {
  const known = there.get(number);
  if (known?.bytes === bytes.length) return known.etag;
  if (!run.time.takesMore()) throw new OutOfTime();
  const etag = await run.options.storage.uploadPart({ key, uploadId, number, body: bytes }, run.time.forStorageMs());
  if (etag === null) throw new TryAgain('the upload is gone');
  // A part more is a step forward, which the state must say before its count of tries ends the request.
  if (run.held.state.attemptsWithoutProgress > 0) await run.held.save({ attemptsWithoutProgress: 0 });
  return etag;
}
