// A stream of bytes as pieces of one size: which bytes are in which piece does not depend on how they came.

export interface Piece {
  readonly bytes: Buffer;
  /** Nothing follows; only this one may be smaller. */
  readonly isLast: boolean;
}

/** One piece and one chunk are in memory. Yields one empty piece where there is nothing. */
export async function* fixedPieces(chunks: AsyncIterable<Uint8Array>, pieceBytes: number): AsyncGenerator<Piece> {
  let open = Buffer.alloc(pieceBytes);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      // A full piece waits until something follows it: it may be the last.
      if (filled === pieceBytes) {
        yield { bytes: open, isLast: false };
        open = Buffer.alloc(pieceBytes);
        filled = 0;
      }
      const taken = Math.min(chunk.length - at, pieceBytes - filled);
      open.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  yield { bytes: open.subarray(0, filled), isLast: true };
}
