// What the rules at an object or array itself allow: its size, or exactly its content. What is in it is compared in compare-values.ts.
import { sameJson } from './exact-json.ts';
import type { Matcher } from './pact.ts';
import type { RuleSet, SelectedRules } from './rule-set.ts';

export interface ContainerSide {
  readonly value: unknown;
  readonly rules: RuleSet;
}

/** Rules that change what the values below are compared with. Nothing is proved where one of them stands. */
export function regroups({ value, rules }: ContainerSide, path: readonly string[]): boolean {
  const selected = rules.select(path);
  if (selected?.matchers.length === 0) return true;
  if (rules.standsAt(path, ['values', 'eachValue', 'eachKey', 'arrayContains'])) return true;
  // Into lists these two reach down.
  return Array.isArray(value) && (selected?.matchers.some(({ match }) => match === 'arrayContains' || match === 'eachValue') ?? false);
}

/** With an empty example a rule checks nothing of a list. */
export function takesEveryList({ value, rules }: ContainerSide, path: readonly string[]): boolean {
  return Array.isArray(value) && value.length === 0 && rules.select(path) !== null;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** How many elements a list may have, as far as the rules tell. */
export function listBounds({ value, rules }: ContainerSide, path: readonly string[]): Bounds {
  const [selected, length] = [rules.select(path), (value as readonly unknown[]).length];
  if (selected === null) return { min: length, max: length };
  const bounds = selected.matchers.map((matcher): Bounds => {
    if (matcher.match === 'equality') return { min: length, max: length };
    return matcher.match === 'notEmpty' ? { min: 1, max: Number.POSITIVE_INFINITY } : typeBounds(matcher, selected.cascaded);
  });
  const [mins, maxs] = [bounds.map(({ min }) => min), bounds.map(({ max }) => max)];
  return selected.combine === 'OR'
    ? { min: Math.min(...mins), max: Math.max(...maxs) }
    : { min: Math.max(...mins), max: Math.min(...maxs) };
}

export function isLooserList(before: ContainerSide, after: ContainerSide, path: readonly string[]): boolean {
  if (takesEveryList(after, path)) return true;
  if (takesEveryList(before, path)) return false;
  const [rules, bounds] = [after.rules.select(path), listBounds(before, path)];
  if (rules === null) {
    const length = (after.value as readonly unknown[]).length;
    return bounds.min === length && bounds.max === length;
  }
  const isProved = (matcher: Matcher) => {
    if (matcher.match === 'equality') return isExact(before, path, false) && sameJson(before.value, after.value);
    if (matcher.match === 'notEmpty') return bounds.min >= 1;
    if (matcher.match === 'null' || matcher.match === 'statusCode') return false;
    return isWithin(bounds, typeBounds(matcher, rules.cascaded));
  };
  return rules.combine === 'OR' ? rules.matchers.some(isProved) : rules.matchers.every(isProved);
}

/** Trap: for objects all rules must hold, however they are combined. */
export function isLooserObject(before: ContainerSide, after: ContainerSide, path: readonly string[]): boolean {
  const [old, rules] = [before.rules.select(path), after.rules.select(path)];
  // What the example has must be there.
  const exampleKeys = Object.keys(before.value as object).length;
  const own = (old?.matchers ?? []).map((matcher) => typeBounds(matcher, old?.cascaded ?? false));
  const known = isExact(before, path, true)
    ? { min: exampleKeys, max: exampleKeys }
    : { min: Math.max(exampleKeys, ...own.map(({ min }) => min)), max: Math.min(...own.map(({ max }) => max)) };
  return (rules?.matchers ?? []).every((matcher) => {
    switch (matcher.match) {
      case 'type':
        return isWithin(known, typeBounds(matcher, rules?.cascaded ?? false));
      case 'equality':
        return isExact(before, path, true) && sameJson(before.value, after.value);
      case 'notEmpty':
        return known.min >= 1 || (old?.matchers.some(({ match }) => match === 'notEmpty') ?? false);
      default:
        return ['regex', 'arrayContains', 'eachKey', 'eachValue', 'values'].includes(matcher.match);
    }
  });
}

function isExact({ rules }: ContainerSide, path: readonly string[], allHold: boolean): boolean {
  const selected: SelectedRules | null = rules.select(path);
  if (selected === null || (selected.combine === 'OR' && selected.matchers.length > 1 && !allHold)) return false;
  return selected.matchers.some(({ match }) => match === 'equality');
}

function typeBounds({ match, min, max }: Matcher, cascaded: boolean): Bounds {
  const counts = match === 'type' && !cascaded;
  return {
    min: counts && typeof min === 'number' ? min : 0,
    max: counts && typeof max === 'number' ? max : Number.POSITIVE_INFINITY,
  };
}

function isWithin(inner: Bounds, outer: Bounds): boolean {
  return inner.min >= outer.min && inner.max <= outer.max;
}
