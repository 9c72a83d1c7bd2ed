// JSON as Pact's matcher sees it: it tells 1 from 1.0, as JSON.parse does not. A number that JavaScript would write differently stays
// as its text (JSON.rawJSON), and JSON.stringify gives it back unchanged.
import { type JsonRules, scanJson } from './json-fault.ts';

interface RawJson {
  readonly rawJSON: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

// Node 24 has both; the ES2024 types do not know them yet.
const exactJson = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

/**
 * @throws SyntaxError with line and column; also for what Pact's own parser refuses: more than 127 levels, a number beyond a double, half
 * a surrogate pair
 */
export function parseExactJson(text: string, rules: JsonRules = { uniqueNames: false }): unknown {
  const { fault, isPlain } = scanJson(text, rules);
  if (fault !== undefined) throw new SyntaxError(`${fault.message} at line ${fault.line}, column ${fault.column}`);
  // Several times as fast as with a look at each value.
  if (isPlain) return JSON.parse(text);
  return exactJson.parse(text, (key, value, { source }) => {
    if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new SyntaxError('half a surrogate pair');
    if (typeof value !== 'number' || source === undefined || source === String(value)) return value;
    if (!Number.isFinite(value)) throw new SyntaxError('a number that is out of range');
    return exactJson.rawJSON(source);
  });
}

export type JsonKind = 'object' | 'array' | 'string' | 'integer' | 'decimal' | 'boolean' | 'null';

export function jsonKind(value: unknown): JsonKind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  const number = numberText(value);
  if (number === undefined) return 'object';
  return isIntegerText(number) ? 'integer' : 'decimal';
}

/** How the number stands in the text; undefined where it is no number. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return exactJson.isRawJSON(value) ? value.rawJSON : undefined;
}

/** A number again, for arithmetic. */
export function numberOf(value: unknown): number {
  return Number(numberText(value));
}

/** Object in JSON's sense: neither an array nor an exact number. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !exactJson.isRawJSON(value);
}

/** Equal as Pact means it: 1 and 1.0 differ, the order of keys does not count. */
export function sameJson(one: unknown, other: unknown): boolean {
  const kind = jsonKind(one);
  if (kind !== jsonKind(other)) return false;
  if (kind === 'integer') return BigInt(numberText(one) ?? '') === BigInt(numberText(other) ?? '');
  if (kind === 'decimal') return numberOf(one) === numberOf(other);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]));
  }
  if (isJsonObject(one) && isJsonObject(other)) {
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]));
  }
  return one === other;
}

/** As Pact writes a value before it applies a regular expression to it: a decimal always shows its point. */
export function jsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (jsonKind(value) !== 'decimal') return JSON.stringify(value);
  const text = String(numberOf(value));
  return /^-?\d+$/.test(text) ? `${Object.is(numberOf(value), -0) ? '-0' : text}.0` : text;
}

// -0 is a decimal for Pact's parser, and an integer beyond 64 bits as well.
function isIntegerText(text: string): boolean {
  if (!/^-?\d+$/.test(text) || text === '-0') return false;
  return text.length < 19 || (BigInt(text) >= -(2n ** 63n) && BigInt(text) < 2n ** 64n);
}
