// Docker's stream of a container without a terminal: frames of 8 bytes (kind, length) and a payload, standard output and error in one.
// Source: Docker Engine API, "Attach to a container", stream format.
import { Writable } from 'node:stream';

export interface Outputs {
  /** Calls back when it may be given more. */
  readonly stdout: (chunk: Buffer, taken: () => void) => void;
  readonly stderr: (chunk: Buffer, taken: () => void) => void;
}

const headerBytes = 8;
const stderrKind = 2;

/** A payload is passed on as it comes in, however large its frame. */
export function demultiplex({ stdout, stderr }: Outputs): Writable {
  let header: Buffer = Buffer.alloc(0);
  let left = 0;
  let isError = false;
  const take = (chunk: Buffer, done: () => void): void => {
    let rest = chunk;
    while (rest.length > 0) {
      if (left === 0) {
        const missing = headerBytes - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (header.length < headerBytes) break;
        isError = header[0] === stderrKind;
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const payload = rest.subarray(0, left);
      rest = rest.subarray(payload.length);
      left -= payload.length;
      let [isTaken, isWaiting] = [false, false];
      (isError ? stderr : stdout)(payload, () => {
        isTaken = true;
        if (isWaiting) take(rest, done);
      });
      if (!isTaken) {
        isWaiting = true;
        return;
      }
    }
    done();
  };
  return new Writable({ write: (chunk: Buffer, _encoding, done) => take(chunk, done) });
}
