// An answer beside the published one: the same data, whatever its spelling, with numbers as near as the sample allows.
import { parseJson } from '../parse-json.ts';
import { jsonLinesTypes, mediaTypeOf } from './sample-records.ts';

/** Null: the same. Else where they part, in words without anything of the content. */
export function differenceOf(
  answer: Buffer,
  expected: Buffer,
  how: { readonly contentType: string | null; readonly tolerance: number },
): string | null {
  if (answer.equals(expected)) return null;
  const type = mediaTypeOf(how.contentType ?? '');
  if (type === 'application/json' || type.endsWith('+json')) return compareJson(answer.toString(), expected.toString(), how.tolerance, '');
  if (jsonLinesTypes.has(type)) return compareLines(answer, expected, (one, other, place) => compareJson(one, other, how.tolerance, place));
  if (type === 'text/csv') return compareLines(answer, expected, (one, other, place) => compareFields(one, other, how.tolerance, place));
  if (type.startsWith('text/')) return compareLines(answer, expected, (one, other, place) => (one === other ? null : `at ${place}`));
  return `in its bytes (${answer.length} and ${expected.length})`;
}

type CompareLine = (answer: string, expected: string, place: string) => string | null;

function compareLines(answer: Buffer, expected: Buffer, compare: CompareLine): string | null {
  const [given, wanted] = [linesOf(answer), linesOf(expected)];
  for (const [index, line] of wanted.slice(0, given.length).entries()) {
    const difference = compare(given[index] ?? '', line, `line ${index + 1}`);
    if (difference !== null) return difference;
  }
  return given.length === wanted.length ? null : `${given.length} lines, not ${wanted.length}`;
}

function linesOf(bytes: Buffer): readonly string[] {
  return bytes
    .toString()
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function compareFields(answer: string, expected: string, tolerance: number, place: string): string | null {
  const [given, wanted] = [answer.split(','), expected.split(',')];
  if (given.length !== wanted.length) return `at ${place}: ${given.length} fields, not ${wanted.length}`;
  const isSame = (field: string, other: string) =>
    field === other || (isNumber(field) && isNumber(other) && isNear(+field, +other, tolerance));
  const index = wanted.findIndex((field, position) => !isSame(given[position] ?? '', field));
  return index === -1 ? null : `at ${place}, field ${index + 1}`;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function compareJson(answer: string, expected: string, tolerance: number, place: string): string | null {
  const [given, wanted] = [parseJson(answer), parseJson(expected)];
  if (given === undefined || wanted === undefined) {
    const which = given === undefined ? 'it is no JSON' : 'the published answer is no JSON';
    return place === '' ? which : `at ${place}: ${which}`;
  }
  const path = differentAt(given, wanted, tolerance);
  return path === null ? null : ['at', place, path === '' ? '/' : path].filter(Boolean).join(' ');
}

/** JSON pointer of the first difference; a key that is not like the name of a field could be content, and becomes *. */
function differentAt(given: unknown, wanted: unknown, tolerance: number): string | null {
  if (typeof given === 'number' && typeof wanted === 'number') return isNear(given, wanted, tolerance) ? null : '';
  if (typeof given !== 'object' || typeof wanted !== 'object' || given === null || wanted === null)
    return Object.is(given, wanted) ? null : '';
  if (Array.isArray(given) !== Array.isArray(wanted)) return '';
  const keys = new Set([...Object.keys(given), ...Object.keys(wanted)]);
  for (const key of keys) {
    const both = Object.hasOwn(given, key) && Object.hasOwn(wanted, key);
    const inside = both ? differentAt(valueAt(given, key), valueAt(wanted, key), tolerance) : '';
    if (inside !== null) return `/${/^(\d+|[A-Za-z_][\w-]{0,63})$/.test(key) ? key : '*'}${inside}`;
  }
  return null;
}

function valueAt(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}

function isNear(one: number, other: number, tolerance: number): boolean {
  // 0.1 + 0.2 is not 0.3: a difference of exactly the tolerance counts as within it.
  return one === other || Math.abs(one - other) <= tolerance * (1 + Number.EPSILON * 8) + (tolerance > 0 ? Number.EPSILON : 0);
}
