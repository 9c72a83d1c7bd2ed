// What changed in a JSON value of a response between two versions of a contract.
import { showPath } from './body-path.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { describeRules, isLooser, sameRules } from './compare-rules.ts';
import { excerpt } from './difference.ts';
import { isJsonObject, jsonKind, sameJson } from './exact-json.ts';
import { article } from './match-json-value.ts';
import type { RuleSet } from './rule-set.ts';

export interface ValueSide {
  readonly value: unknown;
  readonly rules: RuleSet;
}

export interface ValueChange {
  readonly path: readonly string[];
  readonly before: ValueSide;
  readonly after: ValueSide;
  /** A rule above this place changed and has been reported. */
  readonly isReported: boolean;
}

export function compareValues(change: ValueChange): ChangeInside[] {
  const { path, before, after } = change;
  const [kindBefore, kindAfter] = [wideKind(before.value), wideKind(after.value)];
  if (kindBefore !== kindAfter && (isContainer(kindBefore) || isContainer(kindAfter))) {
    return [breaking(path, `must now be ${article(jsonKind(after.value))} instead of ${article(jsonKind(before.value))}`)];
  }
  if (!isContainer(kindBefore)) return compareScalars(change);
  const own = compareContainerRules(change);
  const below = { ...change, isReported: change.isReported || own.length > 0 };
  if (isJsonObject(before.value) && isJsonObject(after.value)) return [...own, ...compareFields(below, before.value, after.value)];
  return [...own, ...compareElements(below, before.value as readonly unknown[], after.value as readonly unknown[])];
}

function compareScalars({ path, before, after, isReported }: ValueChange): ChangeInside[] {
  const [rulesBefore, rulesAfter] = [before.rules.select(path), after.rules.select(path)];
  if (sameRules(rulesBefore, rulesAfter)) {
    if (sameJson(before.value, after.value)) return [];
    if (rulesBefore === null) return [breaking(path, `must now be ${excerpt(after.value)} instead of ${excerpt(before.value)}`)];
    // Under a type rule the example says which type.
    const isOtherType = rulesBefore.matchers.some(({ match }) => match === 'type') && wideKind(before.value) !== wideKind(after.value);
    if (isOtherType) return [breaking(path, `must now be ${article(jsonKind(after.value))} instead of ${article(jsonKind(before.value))}`)];
    const fixed = rulesBefore.matchers.some(({ match }) => match === 'equality' || match === 'values');
    if (fixed) return [breaking(path, `must now be ${excerpt(after.value)} instead of ${excerpt(before.value)}`)];
    return [compatible(path, 'has another example under the same rule')];
  }
  const isFromAbove = !before.rules.standsAt(path) && !after.rules.standsAt(path);
  if (isReported && isFromAbove) return [];
  const looser = isLooser({ rules: rulesBefore, example: before.value }, { rules: rulesAfter, example: after.value });
  const what = `is now checked by ${describeRules(rulesAfter)} instead of ${describeRules(rulesBefore)}`;
  return [looser ? compatible(path, what) : breaking(path, what)];
}

// Only where a rule stands at the object or array itself: what it says of the values below is compared there.
function compareContainerRules({ path, before, after }: ValueChange): ChangeInside[] {
  if (!before.rules.standsAt(path) && !after.rules.standsAt(path)) return [];
  const [rulesBefore, rulesAfter] = [before.rules.select(path), after.rules.select(path)];
  if (sameRules(rulesBefore, rulesAfter)) return [];
  const what = `is now checked by ${describeRules(rulesAfter)} instead of ${describeRules(rulesBefore)}`;
  const looser = isLooser({ rules: rulesBefore, example: before.value }, { rules: rulesAfter, example: after.value });
  return [looser ? compatible(path, what) : breaking(path, what)];
}

function compareFields(
  change: ValueChange,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): ChangeInside[] {
  const { path } = change;
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  const kept = Object.keys(after).filter((key) => Object.hasOwn(before, key));
  return [
    ...removed.map((key) => compatible([...path, key], 'is no longer expected')),
    ...added.map((key) => breaking([...path, key], 'is now expected')),
    ...kept.flatMap((key) =>
      compareValues({
        ...change,
        path: [...path, key],
        before: { ...change.before, value: before[key] },
        after: { ...change.after, value: after[key] },
      }),
    ),
  ];
}

function compareElements(change: ValueChange, before: readonly unknown[], after: readonly unknown[]): ChangeInside[] {
  const { path } = change;
  const isExact = change.after.rules.select(path) === null;
  const length =
    isExact && change.before.rules.select(path) === null && before.length !== after.length
      ? [breaking(path, `must now have ${after.length} elements instead of ${before.length}`)]
      : [];
  const compared = after.slice(0, before.length).flatMap((value, index) =>
    compareValues({
      ...change,
      path: [...path, String(index)],
      before: { ...change.before, value: before[index] },
      after: { ...change.after, value },
    }),
  );
  return [...length, ...compared];
}

function wideKind(value: unknown): string {
  const kind = jsonKind(value);
  return kind === 'integer' || kind === 'decimal' ? 'number' : kind;
}

function isContainer(kind: string): boolean {
  return kind === 'object' || kind === 'array';
}

function breaking(path: readonly string[], what: string): ChangeInside {
  return { effect: 'breaking', what: `response body ${showPath(path)} ${what}` };
}

function compatible(path: readonly string[], what: string): ChangeInside {
  return { effect: 'compatible', what: `response body ${showPath(path)} ${what}` };
}
