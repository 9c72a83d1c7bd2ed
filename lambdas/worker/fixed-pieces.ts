// The joined answers as pieces of one size: which bytes are in which piece does not depend on how they came.
import type { AnswerPlace } from '../large-request/request-state.ts';
import type { JoinedChunk } from './join-answers.ts';

export interface Piece {
  readonly bytes: Buffer;
  /** Of the byte that follows; null where nothing does. Only that last piece may be smaller. */
  readonly next: AnswerPlace | null;
}

/** One piece and one chunk are in memory. Yields one empty piece where there is nothing. */
export async function* fixedPieces(chunks: AsyncIterable<JoinedChunk>, pieceBytes: number): AsyncGenerator<Piece> {
  let open = Buffer.alloc(pieceBytes);
  let filled = 0;
  for await (const { bytes, place } of chunks) {
    for (let at = 0; at < bytes.length; ) {
      // A full piece waits until something follows it: it may be the last.
      if (filled === pieceBytes) {
        yield { bytes: open, next: { ...place, offset: place.offset + at } };
        open = Buffer.alloc(pieceBytes);
        filled = 0;
      }
      const taken = Math.min(bytes.length - at, pieceBytes - filled);
      open.set(bytes.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  yield { bytes: open.subarray(0, filled), next: null };
}
