// The result's multipart upload as an earlier invocation has left it, and where this one goes on.
import type { AnswerPlace } from '../large-request/request-state.ts';
import type { NewObject } from '../request/objects.ts';
import type { UploadedPart } from './multipart.ts';
import type { Run } from './run.ts';

export interface OpenUpload {
  readonly uploadId: string;
  /** Pieces that are uploaded, by number from 1. */
  readonly there: ReadonlyMap<number, UploadedPart>;
}

export interface ResultStart {
  /** Null where none was begun, or it is gone. */
  readonly upload: OpenUpload | null;
  /** Of the pieces in front of `from`. */
  readonly etags: readonly string[];
  readonly from: AnswerPlace;
}

const beginning: AnswerPlace = { answer: 0, offset: 0, isLineOpen: false };

/** @throws the SDK's errors */
export async function findStart({ options: { storage, limits }, held: { state }, time }: Run, key: string): Promise<ResultStart> {
  const { uploadId, assembly } = state;
  const there = uploadId === null ? null : await storage.listParts({ key, uploadId }, time.forStorageMs);
  if (uploadId === null || there === null) return { upload: null, etags: [], from: beginning };
  const upload = { uploadId, there };
  if (assembly === null) return { upload, etags: [], from: beginning };
  const etags: string[] = [];
  for (let number = 1; number <= assembly.pieces; number += 1) {
    const piece = there.get(number);
    // Cut in another size by an earlier version of this function, or lost: every piece is looked at from the first on.
    if (piece?.bytes !== limits.uploadPartBytes) return { upload, etags: [], from: beginning };
    etags.push(piece.etag);
  }
  return { upload, etags, from: assembly.next };
}

/** The id is in the state before the first piece is written; without that nobody would find it again. @throws LeaseLost; the SDK's errors */
export async function beginUpload({ options: { storage }, held, time }: Run, object: Omit<NewObject, 'body'>): Promise<OpenUpload> {
  const uploadId = await storage.createUpload(object, time.forStorageMs());
  await held.save({ uploadId, assembly: null });
  return { uploadId, there: new Map() };
}
