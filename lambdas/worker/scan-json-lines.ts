// application/jsonlines while it is read: where each line ends. What a line holds is looked at when its part is whole.
import type { RecordScanner } from './record-scanner.ts';

const lineFeed = 0x0a;

/** LF never stands inside a character of UTF-8 and never unescaped inside a JSON value, so bytes are enough. */
export function scanJsonLines(): RecordScanner {
  let open = false;
  return {
    scan(chunk) {
      const ends: number[] = [];
      for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) ends.push(at + 1);
      if (chunk.length > 0) open = ends.at(-1) !== chunk.length;
      return ends;
    },
    finish: () => open,
  };
}
