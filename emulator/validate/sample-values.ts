// What of a sample would be recognised in a log: values that stand for somebody or something, not the words that every request has.
import type { Sample } from './samples.ts';

/** Ours: shorter ones occur by accident. */
const valueLengthMin = 6;
const numberLengthMin = 9;
/** Ours: a body of 25 MB has no more to say than its beginning. */
const bytesMax = 256 * 1024;
const valuesMax = 500;
/** In quotes, or between the separators of CSV and of lines. */
const pieces = /"((?:[^"\\]|\\.)*)"|[^\s",;{}[\]]+(?: [^\s",;{}[\]]+)*/g;
const dateLike = /^\d{4}-\d{2}-\d{2}/;

/** Each once. Only what has a digit or an @: names of fields and words of the language do not. */
export function tellingValues({ body }: Pick<Sample, 'body'>): readonly string[] {
  const bytes = body.subarray(0, bytesMax);
  // Pictures and the like: nothing of them is a word in a log.
  if (bytes.includes(0)) return [];
  const values = new Set<string>();
  for (const [piece, quoted] of bytes.toString('utf8').matchAll(pieces)) {
    const value = (quoted ?? piece.replace(/^[:=]+/, '')).trim();
    const lengthMin = /^[-\d.]+$/.test(value) ? numberLengthMin : valueLengthMin;
    if (value.length >= lengthMin && /[\d@]/.test(value) && !dateLike.test(value)) values.add(value);
    if (values.size === valuesMax) break;
  }
  return [...values];
}
