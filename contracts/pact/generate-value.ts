// The body of a generated answer: the example, with values of its own where the contract lets them vary.

import { applyGenerator, type GenerationContext } from './apply-generator.ts';
import { type PathToken, parseBodyPath, pathWeight, showPath } from './body-path.ts';
import { isJsonObject, jsonKind, numberOf } from './exact-json.ts';
import { formatDate } from './format-date.ts';
import { generateText } from './generate-text.ts';
import { matchJsonValue } from './match-json-value.ts';
import { combine } from './match-text.ts';
import type { Generator, Matcher } from './pact.ts';
import { eachValueRuleSet, type RuleSet } from './rule-set.ts';
import { randomInteger } from './seeded-random.ts';

export interface ValueGeneration {
  readonly generators: readonly { readonly tokens: readonly PathToken[]; readonly generator: Generator }[];
  readonly rules: RuleSet;
  readonly context: GenerationContext;
  /** Told of a generated value (and where) that no rule can judge: the pact's own generator has the say. */
  readonly onUnruled: (path: string) => void;
}

export function bodyGenerators(generators: Readonly<Record<string, Generator>>): ValueGeneration['generators'] {
  return Object.entries(generators).map(([path, generator]) => ({ tokens: parseBodyPath(path), generator }));
}

/** @throws GenerationTooLarge */
export function generateValue(path: readonly string[], example: unknown, generation: ValueGeneration): unknown {
  const { rules, context } = generation;
  context.budget.takeStep();
  const generator = generatorAt(path, generation);
  if (generator !== undefined) {
    const value = applyGenerator(generator, example, context);
    if (value !== undefined && rules.select(path) === null) generation.onUnruled(showPath(path));
    return fitting(path, example, value, rules);
  }
  if (Array.isArray(example)) {
    const items = lengthen(path, example, generation);
    const below = withEachValue(path, generation);
    return items.map((item, index) => generateValue([...path, String(index)], item, below));
  }
  if (isJsonObject(example)) {
    const below = withEachValue(path, generation);
    return Object.fromEntries(Object.entries(example).map(([key, value]) => [key, generateValue([...path, key], value, below)]));
  }
  const matchers = rules.select(path)?.matchers ?? [];
  for (const matcher of matchers) {
    const value = fitting(path, example, valueOfKind(matcher, example, context), rules);
    if (value !== example) return value;
  }
  return example;
}

// The most specific generator that stands at exactly this path.
function generatorAt(path: readonly string[], { generators }: ValueGeneration): Generator | undefined {
  const there = generators
    .map(({ tokens, generator }) => ({ generator, weight: tokens.length === path.length ? pathWeight(tokens, path) : 0 }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return there[0]?.generator;
}

/** The candidate where it fits the contract, otherwise the example. */
function fitting(path: readonly string[], example: unknown, candidate: unknown, rules: RuleSet): unknown {
  if (candidate === undefined) return example;
  const selected = rules.select(path);
  if (selected === null) return candidate;
  return combine(selected, (matcher) => matchJsonValue(example, candidate, matcher)).length === 0 ? candidate : example;
}

// min to min + 2 elements, but never fewer than the example has.
function lengthen(path: readonly string[], example: readonly unknown[], { rules, context }: ValueGeneration): readonly unknown[] {
  const first = example[0];
  const sized = rules.standsAt(path)
    ? rules.select(path)?.matchers.find(({ match, min }) => match === 'type' && typeof min === 'number')
    : undefined;
  if (first === undefined || sized === undefined) return example;
  const max = typeof sized.max === 'number' ? sized.max : elementsMax;
  const wanted = Math.min(randomInteger(context.random, Number(sized.min), Number(sized.min) + 2), max, elementsMax);
  return [...example, ...Array.from({ length: Math.max(0, wanted - example.length) }, () => first)];
}

// A contract that asks for more gets its example.
const elementsMax = 1000;

function withEachValue(path: readonly string[], generation: ValueGeneration): ValueGeneration {
  if (!generation.rules.standsAt(path, ['eachValue'])) return generation;
  const each = generation.rules.select(path)?.matchers.find(({ match }) => match === 'eachValue');
  return each === undefined ? generation : { ...generation, rules: eachValueRuleSet(path, each.rules as Matcher[]) };
}

function valueOfKind(matcher: Matcher, example: unknown, { random, now, budget }: GenerationContext): unknown {
  switch (matcher.match) {
    case 'regex':
      return typeof example === 'string' ? textLike(example, String(matcher.regex), { random, now, budget }) : undefined;
    case 'integer':
      return anotherInteger(example, random);
    case 'decimal':
      return anotherDecimal(example, random);
    case 'number':
    case 'type':
      if (jsonKind(example) === 'integer') return anotherInteger(example, random);
      return jsonKind(example) === 'decimal' ? anotherDecimal(example, random) : undefined;
    case 'boolean':
      return typeof example === 'boolean' ? random() < 0.5 : undefined;
    case 'date':
    case 'time':
    case 'datetime':
      return formatted(now(), String(matcher.format));
    default:
      return undefined;
  }
}

// A regular expression for a moment in time also matches the 56th of the 22nd month. What looks like a moment becomes one a little ahead,
// as most of them say until when something holds.
const aheadMs = 600_000;

function textLike(example: string, regex: string, { random, now, budget }: Omit<GenerationContext, 'values'>): string | undefined {
  const moment = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(\.\d{3})?Z)?$/.exec(example);
  if (moment === null) return generateText(regex, random, budget);
  const text = new Date(now() + aheadMs).toISOString();
  if (!example.includes('T')) return text.slice(0, 10);
  return moment[1] === undefined ? text.replace(/\.\d{3}Z$/, 'Z') : text;
}

function anotherInteger(example: unknown, random: () => number): number {
  const magnitude = Math.min(Math.max(Math.abs(numberOf(example)) || 0, 50), 1_000_000_000);
  return Math.trunc((numberOf(example) < 0 ? -1 : 1) * randomInteger(random, 1, 2 * magnitude));
}

// Two digits after the point, the last not 0; between 0 and 1 where the example is (a score, say).
function anotherDecimal(example: unknown, random: () => number): number {
  const magnitude = Math.min(Math.abs(numberOf(example)) || 0, 1_000_000_000);
  const whole = magnitude <= 1 ? 0 : randomInteger(random, 0, Math.ceil(2 * magnitude));
  const hundredths = 10 * randomInteger(random, 0, 9) + randomInteger(random, 1, 9);
  return (numberOf(example) < 0 ? -1 : 1) * Number(`${whole}.${String(hundredths).padStart(2, '0')}`);
}

function formatted(time: number, pattern: string): string | undefined {
  try {
    return formatDate(time, pattern);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
