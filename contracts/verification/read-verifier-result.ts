// The JSON that Pact's verifier ends with, about a file of one interaction -> is it ok, and what differs in words.
import { ContractError } from '../contract-error.ts';
import { mismatchWithoutValues } from '../results/mismatch-without-values.ts';

export interface VerifierResult {
  readonly ok: boolean;
  readonly mismatches: readonly string[];
}

const lineCharactersMax = 600;

/**
 * Anything but one result about this interaction is refused: what was not checked must not pass.
 * @throws ContractError VERIFICATION_FAILED
 */
export function readVerifierResult(json: string, description: string): VerifierResult {
  const results = objectOf(parse(json)).interactionResults;
  const [first, ...others] = Array.isArray(results) ? results.map(objectOf) : [];
  if (first === undefined || others.length > 0 || first.description !== description) {
    throw new ContractError(
      'VERIFICATION_FAILED',
      `Pact's verifier gave ${others.length + (first === undefined ? 0 : 1)} results for "${description}", where one about it was expected.`,
      'The interaction was not checked. Please report it with the pact file.',
    );
  }
  const lines = mismatchLines(objectOf(first.mismatch));
  if (first.result === 'OK' && lines.length === 0) return { ok: true, mismatches: [] };
  return { ok: false, mismatches: lines.length > 0 ? lines : [`Pact's verifier says "${String(first.result)}" without a reason.`] };
}

function mismatchLines(mismatch: Readonly<Record<string, unknown>>): readonly string[] {
  const lines = Array.isArray(mismatch.mismatches) ? mismatch.mismatches.map((each) => lineOf(objectOf(each))) : [];
  const message = typeof mismatch.message === 'string' && lines.length === 0 ? [shorten(mismatch.message)] : [];
  return [...new Set([...lines, ...message])];
}

/** `status: expected 403 but was 200`, `header x-a: …`, `body $.kind: …`. */
function lineOf({ type, path, key, mismatch, expected, actual }: Readonly<Record<string, unknown>>): string {
  const part = String(type ?? 'Mismatch')
    .replace(/(Type)?Mismatch$/, '')
    .toLowerCase();
  const of = [path, key].find((each): each is string => typeof each === 'string' && each !== '');
  const line = `${of === undefined ? part : `${part} ${of}`}: ${String(mismatch)}`;
  if (of !== undefined && secretPlace.test(of)) return mismatchWithoutValues(line);
  const isText = part === 'body' && (of === undefined || of === '$');
  return shorten(withoutActual(line, actual, expected, isText ? 0 : shownCharactersMax));
}

/** Whose values are for nobody to read. */
const secretPlace = /(token|authorization|secret|password|credentials?|cookie)(['"\]]*|\[\d+\])$/i;
const shownCharactersMax = 40;

/** What the provider answered may be a record: only its length is said where it is longer. What the contract expects stays. */
function withoutActual(line: string, actual: unknown, expected: unknown, charactersMax: number): string {
  const told = [actual, parseText(actual)].filter(
    (value) => typeof value === 'string' && value.length > charactersMax && value !== expected,
  );
  const named = told.reduce<string>((text, value) => text.replaceAll(String(value), masked(String(value))), line);
  // Where it is quoted in another notation.
  return named.replace(/'([^']+)'/g, (quoted, text: string) =>
    text.length <= Math.max(charactersMax, shownCharactersMax) || String(expected).includes(text) ? quoted : masked(text),
  );
}

function masked(text: string): string {
  return `(${text.length} characters)`;
}

function parseText(value: unknown): unknown {
  if (typeof value !== 'string') return null;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A genuine token has no business in a build's log: signed ones have three parts, encrypted ones five. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\beyJ[\w-]*(?:\.[\w-]*){2,4}/g, '(a token)');
  return line.length > lineCharactersMax ? `${line.slice(0, lineCharactersMax)} …` : line;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ContractError('VERIFICATION_FAILED', "Pact's verifier answered with something that is no JSON.", 'Please report it.', {
      cause,
    });
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
