// The JSON that Pact's verifier ends with, about a file of one interaction -> is it ok, and what differs in words.
import { ContractError } from '../contract-error.ts';

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

/** `status: expected 403 but was 200`, `header x-a: …`, `body $.token: …`. */
function lineOf({ type, path, key, mismatch }: Readonly<Record<string, unknown>>): string {
  const part = String(type ?? 'Mismatch')
    .replace(/(Type)?Mismatch$/, '')
    .toLowerCase();
  const place = [part, path ?? key].filter((each) => typeof each === 'string' && each !== '').join(' ');
  return shorten(`${place}: ${String(mismatch)}`);
}

/** A genuine token has no business in a build's log. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '(a token)');
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
