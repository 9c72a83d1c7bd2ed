// Sees from inside the relay's container that the container of the model was started again, which means: in another network namespace than ours.
import { statSync } from 'node:fs';

/** Docker gives a container that joins another's network that one's own two files, and writes them at each start of that one. Seen with 20.10. */
const files = ['/etc/hostname', '/etc/hosts'] as const;

export interface ModelStarts {
  /** Since the relay started. */
  readonly count: number;
  /** The last one, and the one before it; milliseconds since 1970. */
  readonly lastMs: number;
  readonly previousMs: number;
}

let seen: ModelStarts | null = null;

/** Looks now; a start between two looks is missed where another followed it. */
export function lookForModelStarts(): ModelStarts {
  const writtenMs = Math.max(...files.map(writtenAtMs));
  if (seen === null) {
    // It may have been between the start of the relay's process and this first look.
    const isLater = writtenMs > performance.timeOrigin;
    seen = { count: isLater ? 1 : 0, lastMs: writtenMs, previousMs: isLater ? performance.timeOrigin : writtenMs };
  } else if (writtenMs > seen.lastMs + sameStartMs) {
    seen = { count: seen.count + 1, lastMs: writtenMs, previousMs: seen.lastMs };
  }
  return seen;
}

/** One start writes several files; Docker waits at least 100 ms before the next. */
const sameStartMs = 50;

function writtenAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
