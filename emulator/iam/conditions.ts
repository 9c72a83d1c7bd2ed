// The Condition element: operators AND, keys AND, values OR; negated operators hold when no value matches.
import { BlockList, isIP } from 'node:net';
import type { ConditionContext } from './condition-context.ts';
import {
  compilePattern,
  compilePlainPattern,
  matchesArnPattern,
  matchesPattern,
  substituteVariables,
  type VariableLookup,
} from './pattern.ts';
import { asList, type PolicyStatement } from './policy-document.ts';

export interface ConditionScope {
  readonly context: ConditionContext;
  /** Null where the policy's version has no variables. */
  readonly lookup: VariableLookup | null;
}

/**
 * True, false, or 'unknownOperator': AWS refuses such a policy when it is stored, so whoever evaluates must treat it
 * in the way that grants nothing.
 */
export function conditionsHold(condition: PolicyStatement['Condition'], scope: ConditionScope): boolean | 'unknownOperator' {
  if (condition === undefined) return true;
  for (const [operatorText, keys] of Object.entries(condition)) {
    const operator = parseOperator(operatorText);
    if (!operator) return 'unknownOperator';
    for (const [key, expected] of Object.entries(keys)) {
      const values = asList(expected).map(String);
      if (!holds(operator, scope.context.values(key), values, scope.lookup)) return false;
    }
  }
  return true;
}

type Comparison = (actual: string, expected: string, lookup: VariableLookup | null) => boolean;

interface Operator {
  readonly compare: Comparison | 'Null';
  readonly negated: boolean;
  readonly quantifier: 'forAllValues' | 'forAnyValue' | null;
  readonly ifExists: boolean;
}

/** Comparisons by name in lower case; the negated names are derived: StringNotEquals is `not` StringEquals. */
const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>(
  Object.entries({
    stringequals: (actual, expected, lookup) => actual === substituted(expected, lookup),
    stringequalsignorecase: (actual, expected, lookup) => actual.toLowerCase() === substituted(expected, lookup)?.toLowerCase(),
    stringlike: (actual, expected, lookup) => {
      const pattern = lookup ? compilePattern(expected, lookup) : compilePlainPattern(expected);
      return pattern !== null && matchesPattern(pattern, actual);
    },
    arnlike: matchesArn,
    arnequals: matchesArn,
    numericequals: numeric((actual, expected) => actual === expected),
    numericlessthan: numeric((actual, expected) => actual < expected),
    numericlessthanequals: numeric((actual, expected) => actual <= expected),
    numericgreaterthan: numeric((actual, expected) => actual > expected),
    numericgreaterthanequals: numeric((actual, expected) => actual >= expected),
    dateequals: date((actual, expected) => actual === expected),
    datelessthan: date((actual, expected) => actual < expected),
    datelessthanequals: date((actual, expected) => actual <= expected),
    dategreaterthan: date((actual, expected) => actual > expected),
    dategreaterthanequals: date((actual, expected) => actual >= expected),
    bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
    binaryequals: (actual, expected) => actual === expected,
    ipaddress: isInNetwork,
  }),
);

const negatedNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stringnotequals: 'stringequals',
    stringnotequalsignorecase: 'stringequalsignorecase',
    stringnotlike: 'stringlike',
    arnnotlike: 'arnlike',
    arnnotequals: 'arnequals',
    numericnotequals: 'numericequals',
    datenotequals: 'dateequals',
    notipaddress: 'ipaddress',
  }),
);

/** As AWS spells them; IfExists, ForAllValues: and ForAnyValue: come on top. */
export const conditionOperatorNames: readonly string[] = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
  ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
  ...['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
  ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike', 'Null'],
];

/** With its prefix and suffix, e.g. ForAllValues:StringLikeIfExists. */
export function isConditionOperator(text: string): boolean {
  return parseOperator(text) !== null;
}

function parseOperator(text: string): Operator | null {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([a-z]+?)(IfExists)?$/i.exec(text);
  if (!match?.[2]) return null;
  const name = match[2].toLowerCase();
  const positive = negatedNames.get(name);
  const compare = name === 'null' ? 'Null' : comparisons.get(positive ?? name);
  if (compare === undefined) return null;
  const quantifier = match[1]?.toLowerCase();
  return {
    compare,
    negated: positive !== undefined,
    quantifier: quantifier === 'forallvalues' ? 'forAllValues' : quantifier === 'foranyvalue' ? 'forAnyValue' : null,
    ifExists: match[3] !== undefined,
  };
}

function holds(
  operator: Operator,
  actual: readonly string[] | undefined,
  expected: readonly string[],
  lookup: VariableLookup | null,
): boolean {
  const { compare, negated, quantifier, ifExists } = operator;
  if (compare === 'Null') return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  if (actual === undefined || actual.length === 0) {
    if (quantifier === 'forAllValues') return true;
    if (quantifier === 'forAnyValue') return ifExists;
    return ifExists || negated;
  }
  const matches = (value: string) => expected.some((candidate) => compare(value, candidate, lookup)) !== negated;
  // Without a quantifier a negated operator must hold for each value, a positive one for at least one.
  const all = quantifier === 'forAllValues' || (quantifier === null && negated);
  return all ? actual.every(matches) : actual.some(matches);
}

function substituted(expected: string, lookup: VariableLookup | null): string | null {
  return lookup ? substituteVariables(expected, lookup) : expected;
}

function matchesArn(actual: string, expected: string, lookup: VariableLookup | null): boolean {
  const pattern = lookup ? compilePattern(expected, lookup) : compilePlainPattern(expected);
  return pattern !== null && matchesArnPattern(pattern, actual);
}

function numeric(compare: (actual: number, expected: number) => boolean): Comparison {
  return (actual, expected) => actual.trim() !== '' && expected.trim() !== '' && compare(Number(actual), Number(expected));
}

/** Both sides as ISO 8601 or as seconds since 1970. */
function date(compare: (actual: number, expected: number) => boolean): Comparison {
  return (actual, expected) => compare(timeMs(actual), timeMs(expected));
}

function timeMs(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
}

function isInNetwork(actual: string, expected: string): boolean {
  const [address = '', prefix] = expected.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const prefixMax = family === 'ipv6' ? 128 : 32;
  const bits = prefix === undefined ? prefixMax : Number(prefix);
  if (isIP(address) === 0 || isIP(actual) === 0 || !Number.isInteger(bits) || bits < 0 || bits > prefixMax) return false;
  const network = new BlockList();
  network.addSubnet(address, bits, family);
  return network.check(actual, isIP(actual) === 6 ? 'ipv6' : 'ipv4');
}
