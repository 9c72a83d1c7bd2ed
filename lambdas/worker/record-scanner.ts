// Finds the ends of records in bytes that come in pieces; a piece may end anywhere, within a character too.

export interface RecordScanner {
  /**
   * Offsets in this piece, each one behind the line end of a record.
   * @throws RequestFailure with the position where the shape is wrong
   */
  scan(chunk: Uint8Array): readonly number[];
  /** Nothing follows: does a record stand open, which ends here without a line end? @throws RequestFailure */
  finish(): boolean;
}
