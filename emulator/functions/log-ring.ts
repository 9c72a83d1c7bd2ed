// The last 4 KB that a function wrote, in memory that worker and host share: it survives the killing of the worker and never grows.
import { functionLogTailBytes } from '../limits.ts';

const headerBytes = 8;

export interface LogRing {
  /** Hand this to the other thread and open it there with openLogRing(). */
  readonly shared: SharedArrayBuffer;
  write(text: string): void;
  /** What was written since clear(), its last 4 KB. */
  read(): string;
  clear(): void;
}

export function createLogRing(): LogRing {
  return openLogRing(new SharedArrayBuffer(headerBytes + functionLogTailBytes));
}

export function openLogRing(shared: SharedArrayBuffer): LogRing {
  // state[0]: where the next byte goes; state[1]: how many bytes count.
  const state = new Int32Array(shared, 0, 2);
  const ring = Buffer.from(shared, headerBytes, functionLogTailBytes);
  return {
    shared,
    write(text) {
      const bytes = Buffer.from(text).subarray(-functionLogTailBytes);
      const position = Atomics.load(state, 0);
      const untilEnd = Math.min(bytes.length, ring.length - position);
      bytes.copy(ring, position, 0, untilEnd);
      bytes.copy(ring, 0, untilEnd);
      Atomics.store(state, 1, Math.min(ring.length, Atomics.load(state, 1) + bytes.length));
      Atomics.store(state, 0, (position + bytes.length) % ring.length);
    },
    read() {
      const position = Atomics.load(state, 0);
      const count = Atomics.load(state, 1);
      const bytes =
        count <= position
          ? Buffer.from(ring.subarray(position - count, position))
          : Buffer.concat([ring.subarray(ring.length - (count - position)), ring.subarray(0, position)]);
      return tailOf(bytes);
    },
    clear() {
      Atomics.store(state, 1, 0);
      Atomics.store(state, 0, 0);
    },
  };
}

/** The last 4 KB as text, without the rest of a character that was cut. */
export function tailOf(text: string | Buffer): string {
  const bytes = Buffer.from(text).subarray(-functionLogTailBytes);
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.toString('utf8', start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
