// A JSON body of a contract with everything that says how it is compared, asked by path.
import { type PathToken, parseBodyPath, pathWeight } from './body-path.ts';
import type { ExpectedRequest, ExpectedResponse } from './pact.ts';
import { bodyRuleSet, type RuleSet } from './rule-set.ts';

export interface JsonSide {
  readonly rules: RuleSet;
  /** What rules and generators say of the path, above it and below it: the same text, the same meaning. */
  reaching(path: readonly string[]): string;
  /** A generator stands at the path or above it. */
  isGenerated(path: readonly string[]): boolean;
  /** Elements that a rule or generator names directly, wherever it stands. */
  readonly namedIndices: readonly number[];
}

export function jsonSide({ matchingRules, generators }: ExpectedRequest | ExpectedResponse): JsonSide {
  const ruled = Object.entries(matchingRules.body).map(([path, list]) => ({ tokens: parseBodyPath(path), path, says: list }));
  const generated = Object.entries(generators.body).map(([path, one]) => ({ tokens: parseBodyPath(path), path, says: one }));
  return {
    rules: bodyRuleSet(matchingRules.body),
    reaching: (path) =>
      JSON.stringify(
        [ruled, generated].map((list) => list.filter(({ tokens }) => meets(tokens, path)).map((each) => [each.path, each.says])),
      ),
    isGenerated: (path) => generated.some(({ tokens }) => pathWeight(tokens, path) > 0),
    namedIndices: [...ruled, ...generated].flatMap(({ tokens }) => tokens.flatMap(indexOf)),
  };
}

function meets(tokens: readonly PathToken[], path: readonly string[]): boolean {
  return pathWeight(tokens.slice(0, path.length), path) > 0;
}

// Sic: a quoted name of digits is an index, too.
function indexOf(token: PathToken): number[] {
  if (token.kind === 'index') return [token.index];
  return token.kind === 'field' && /^\d{1,9}$/.test(token.name) ? [Number(token.name)] : [];
}
