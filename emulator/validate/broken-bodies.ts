// Bodies that are no valid request in a content type.
import { jsonLinesTypes, mediaTypeOf } from './sample-records.ts';

export interface BrokenBody {
  /** For findings: "an empty body". */
  readonly what: string;
  readonly body: Buffer;
  /** Whatever the container's own rules are, this cannot be answered with 2xx. */
  readonly isSurelyBroken: boolean;
}

const empty = { what: 'an empty body', body: Buffer.alloc(0) };
const notUtf8 = { what: 'bytes that are no text', body: Buffer.from('ff00fefd808182c0c1f5', 'hex') };
const cutOff = { what: 'a body that is cut off', body: Buffer.from('{"records": [{"id": 1, "text": "cut o') };
const noJson = { what: 'text that is no JSON', body: Buffer.from('<this is no JSON>\n') };
const openQuote = { what: 'a quote that never ends', body: Buffer.from('a,b\n"1,2\n3,4\n') };

export function brokenBodies(contentType: string): readonly BrokenBody[] {
  const type = mediaTypeOf(contentType);
  const surely = (...bodies: readonly Omit<BrokenBody, 'isSurelyBroken'>[]) => bodies.map((body) => ({ ...body, isSurelyBroken: true }));
  const perhaps = (...bodies: readonly Omit<BrokenBody, 'isSurelyBroken'>[]) => bodies.map((body) => ({ ...body, isSurelyBroken: false }));
  if (type === 'application/json' || type.endsWith('+json') || jsonLinesTypes.has(type)) return surely(empty, cutOff, noJson, notUtf8);
  // Readers of CSV take nearly anything.
  if (type === 'text/csv') return [...surely(empty), ...perhaps(openQuote, notUtf8)];
  if (type.startsWith('text/')) return perhaps(empty, notUtf8);
  if (/^(image|audio|video)\/|xml$|pdf$/.test(type)) return surely(empty, notUtf8);
  return perhaps(empty, notUtf8);
}
