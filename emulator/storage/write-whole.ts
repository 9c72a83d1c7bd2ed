// A small body and its record as one new file, or none.
import { rmSync, writeFileSync } from 'node:fs';

/** The path, for a rename to follow. */
export function writeWhole(path: string, body: Buffer, tail: Buffer): string {
  try {
    writeFileSync(path, Buffer.concat([body, tail]), { flag: 'wx' });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
  return path;
}
