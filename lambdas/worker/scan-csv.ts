// text/csv (RFC 4180) while it is read: where each row ends, by the same rules as the small requests', one byte after the other.
import type { RecordScanner } from './record-scanner.ts';
import { type FailureCode, RequestFailure } from './worker-errors.ts';

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** In front of a header it is no part of the first field. */
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

type Place = 'field start' | 'plain field' | 'quoted field' | 'behind quote' | 'behind carriage return';

/** `rowsBefore`: rows in front of the first byte, the header included. `fields` of the header; null where the first row is the header. */
export function scanCsv({ rowsBefore, fields: headerFields }: { readonly rowsBefore: number; readonly fields: number | null }): CsvScanner {
  let place: Place = 'field start';
  let row = rowsBefore + 1;
  let fields = 1;
  let expected = headerFields;
  /** Bytes of the row seen so far: zero means that no row is open. */
  let seen = false;
  let markBytes = rowsBefore === 0 ? 0 : byteOrderMark.length;

  const wrong = (code: FailureCode) => new RequestFailure(code, `Row ${row}.`);
  const endRow = () => {
    expected ??= fields;
    if (fields !== expected) throw wrong('RAGGED_ROW');
    row += 1;
    fields = 1;
    seen = false;
    place = 'field start';
  };

  /** At a byte that is not inside quotes. True where a row ends with it. */
  const step = (byte: number): boolean => {
    if (place === 'behind carriage return' && byte !== lineFeed) throw wrong('INVALID_LINE_ENDS');
    switch (byte) {
      case lineFeed:
        endRow();
        return true;
      case comma:
        fields += 1;
        place = 'field start';
        return false;
      case carriageReturn:
        place = 'behind carriage return';
        return false;
      case quote:
        if (place === 'plain field') throw wrong('INVALID_CSV');
        // Behind a quote it is the second of two, which stand for one; the field goes on.
        place = 'quoted field';
        return false;
      default:
        if (place === 'behind quote') throw wrong('INVALID_CSV');
        place = 'plain field';
        return false;
    }
  };

  return {
    scan(chunk) {
      const ends: number[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (place === 'quoted field') {
          const closing = chunk.indexOf(quote, at);
          if (closing < 0) break;
          place = 'behind quote';
          at = closing + 1;
          continue;
        }
        const byte = chunk[at] ?? 0;
        at += 1;
        if (markBytes < byteOrderMark.length) {
          if (byte === byteOrderMark[markBytes]) {
            markBytes += 1;
            seen = true;
            continue;
          }
          markBytes = byteOrderMark.length;
        }
        seen = true;
        if (step(byte)) ends.push(at);
      }
      return ends;
    },
    finish() {
      if (place === 'quoted field') throw wrong('INVALID_CSV');
      if (place === 'behind carriage return') throw wrong('INVALID_LINE_ENDS');
      const open = seen;
      if (open) endRow();
      return open;
    },
    fields: () => expected ?? 0,
  };
}

export interface CsvScanner extends RecordScanner {
  /** Of the header, once it has ended. */
  fields(): number;
}
