// A part as text, before it goes to the model: UTF-8, and for JSON Lines one object a line, as the small requests want it.
import type { LargeMediaType } from '../large-request/request-state.ts';
import { isJsonObject } from '../request/is-json-object.ts';
import type { CutPart } from './cut-parts.ts';
import { type FailureCode, RequestFailure } from './worker-errors.ts';

/** `recordsBefore` in the input, for positions. @throws RequestFailure INVALID_ENCODING, INVALID_JSON_LINE, RECORD_NOT_AN_OBJECT */
export function checkRecords(
  { bytes, recordEnds }: Pick<CutPart, 'bytes' | 'recordEnds'>,
  { mediaType, recordsBefore }: { readonly mediaType: LargeMediaType; readonly recordsBefore: number },
): void {
  // The first row of CSV is the header.
  const wrong = (code: FailureCode, index: number) => {
    const number = recordsBefore + index + 1;
    return new RequestFailure(code, mediaType === 'text/csv' ? `Row ${number + 1}.` : `Line ${number}.`);
  };
  // The whole part at once: record by record it takes several times as long. A byte order mark may stand at the very beginning only.
  const text = decode(bytes, { ignoreBOM: recordsBefore > 0 });
  if (text === null) throw wrong('INVALID_ENCODING', firstNotUtf8({ bytes, recordEnds }));
  if (mediaType === 'text/csv') return;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    const value = parse(line);
    if (value === undefined) throw wrong('INVALID_JSON_LINE', index);
    if (!isJsonObject(value)) throw wrong('RECORD_NOT_AN_OBJECT', index);
  }
}

/** As the small requests see it: only white space, or only a byte order mark. */
export function isBlank(bytes: Uint8Array): boolean {
  return decode(bytes, { ignoreBOM: false })?.trim() === '';
}

/** Index of the record. */
function firstNotUtf8({ bytes, recordEnds }: Pick<CutPart, 'bytes' | 'recordEnds'>): number {
  return recordEnds.findIndex((end, index) => decode(bytes.subarray(recordEnds[index - 1] ?? 0, end), { ignoreBOM: true }) === null);
}

const decoders = {
  keepingMark: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
  withoutMark: new TextDecoder('utf-8', { fatal: true }),
};

/** Null where it is not UTF-8. */
export function decode(bytes: Uint8Array, { ignoreBOM }: { readonly ignoreBOM: boolean }): string | null {
  try {
    return (ignoreBOM ? decoders.keepingMark : decoders.withoutMark).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Its message quotes the text, so nothing of it goes on.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
