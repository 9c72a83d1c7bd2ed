// What changed in a JSON value of a response between two versions of a contract: compatible only where every value that fitted still fits.
import { showPath } from './body-path.ts';
import { isLooserList, isLooserObject, listBounds, regroups, takesEveryList } from './compare-containers.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { describeRules, isLooser, sameRules, wideKind } from './compare-rules.ts';
import { excerpt } from './difference.ts';
import { isJsonObject, jsonKind, sameJson } from './exact-json.ts';
import type { JsonSide } from './json-side.ts';
import { article } from './match-json-value.ts';

export interface ValueSide extends JsonSide {
  readonly value: unknown;
}

export interface ValueChange {
  readonly path: readonly string[];
  readonly before: ValueSide;
  readonly after: ValueSide;
  /** What has been said of a rule above this place that changed; null: nothing. */
  readonly reported: ChangeInside['effect'] | null;
}

export function compareValues(change: ValueChange): ChangeInside[] {
  const { path, before, after } = change;
  if (sameJson(before.value, after.value) && before.reaching(path) === after.reaching(path)) return [];
  const [kindBefore, kindAfter] = [wideKind(before.value), wideKind(after.value)];
  if (kindBefore !== kindAfter && (isContainer(kindBefore) || isContainer(kindAfter))) return [breaking(path, otherKind(change))];
  if (!isContainer(kindBefore)) return compareScalars(change);
  if (regroups(before, path) || regroups(after, path)) return [breaking(path, 'describes its values in another way')];
  const looser = (kindBefore === 'object' ? isLooserObject : isLooserList)(before, after, path);
  const own = containerChange(change, looser);
  const below: ValueChange = { ...change, reported: own === null ? change.reported : own.effect };
  const inside = kindBefore === 'object' ? compareFields(below) : compareElements(below);
  if (own !== null) return [own, ...inside];
  // Exactly this content is asked for, and something in it changed: mostly that has been said where it is.
  return looser || hasBreaking(inside) ? inside : [breaking(path, `must now be ${excerpt(after.value)}`), ...inside];
}

function compareScalars(change: ValueChange): ChangeInside[] {
  const { path, before, after, reported } = change;
  const [rulesBefore, rulesAfter] = [before.rules.select(path), after.rules.select(path)];
  const looser = isLooser(
    { rules: rulesBefore, example: before.value, isGenerated: before.isGenerated(path) },
    { rules: rulesAfter, example: after.value },
  );
  if (sameRules(rulesBefore, rulesAfter)) {
    if (sameJson(before.value, after.value)) return [];
    if (looser) return [compatible(path, 'has another example under the same rule')];
    const isTyped = rulesAfter?.matchers.every(({ match }) => match === 'type' || match === 'regex') ?? false;
    return [breaking(path, isTyped ? otherKind(change) : `must now be ${excerpt(after.value)} instead of ${excerpt(before.value)}`)];
  }
  const isFromAbove = !before.rules.standsAt(path) && !after.rules.standsAt(path);
  if (isFromAbove && (reported === 'breaking' || (reported === 'compatible' && looser))) return [];
  const what = `is now checked by ${describeRules(rulesAfter)} instead of ${describeRules(rulesBefore)}`;
  return [looser ? compatible(path, what) : breaking(path, what)];
}

/** Of the rules at the object or array itself. */
function containerChange({ path, before, after, reported }: ValueChange, looser: boolean): ChangeInside | null {
  const [rulesBefore, rulesAfter] = [before.rules.select(path), after.rules.select(path)];
  if (Array.isArray(before.value) && Array.isArray(after.value) && !looser) {
    if (takesEveryList(before, path)) return breaking(path, 'now describes its elements');
    const [{ length: old }, { length }] = [before.value, after.value];
    if (rulesBefore === null && rulesAfter === null) return breaking(path, `must now have ${length} elements instead of ${old}`);
  }
  const what = `is now checked by ${describeRules(rulesAfter)} instead of ${describeRules(rulesBefore)}`;
  if (sameRules(rulesBefore, rulesAfter)) {
    const isContent = rulesAfter?.matchers.some(({ match }) => match === 'equality') ?? true;
    return looser || isContent ? null : breaking(path, 'must now have another size');
  }
  const stands = before.rules.standsAt(path) || after.rules.standsAt(path);
  if (!looser) return breaking(path, what);
  return stands && reported === null ? compatible(path, what) : null;
}

function compareFields(change: ValueChange): ChangeInside[] {
  const { path } = change;
  const [before, after] = [change.before.value, change.after.value];
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  const isExact = change.after.rules.select(path)?.matchers.some(({ match }) => match === 'equality') ?? false;
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  const kept = Object.keys(after).filter((key) => Object.hasOwn(before, key));
  return [
    ...removed.map((key) =>
      isExact ? breaking([...path, key], 'must no longer be there') : compatible([...path, key], 'is no longer expected'),
    ),
    ...added.map((key) => breaking([...path, key], 'is now expected')),
    ...kept.flatMap((key) => compareValues(inside(change, key, before[key], after[key]))),
  ];
}

function compareElements(change: ValueChange): ChangeInside[] {
  const { path } = change;
  const [before, after] = [change.before.value, change.after.value];
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  // With an empty example nothing is asked of elements: before, that has been said; after, all fit.
  if (before.length === 0 || after.length === 0) return [];
  const at = (index: number) => {
    // Elements beyond an example are compared with its first.
    const [one, other] = [before[Math.min(index, before.length) % before.length], after[Math.min(index, after.length) % after.length]];
    return compareValues(inside(change, String(index), one, other));
  };
  const { max } = listBounds(change.before, path);
  const shown = Math.min(before.length, after.length);
  const described = Array.from({ length: shown }, (_, index) => at(index)).flat();
  if (hasBreaking(described)) return described;
  // All elements beyond these are compared like the last of them.
  const named = [...change.before.namedIndices, ...change.after.namedIndices].filter((index) => index >= shown);
  const longest = Math.max(before.length, after.length);
  const next = Math.max(longest, ...named.map((index) => index + 1));
  const beyond = new Set([...Array.from({ length: longest - shown }, (_, index) => shown + index), ...named, next]);
  const found = [...beyond].filter((index) => index < max).flatMap(at);
  const first = found.find(({ effect }) => effect === 'breaking');
  return first === undefined ? described : [...described, first];
}

function inside(change: ValueChange, key: string, before: unknown, after: unknown): ValueChange {
  return {
    ...change,
    path: [...change.path, key],
    before: { ...change.before, value: before },
    after: { ...change.after, value: after },
  };
}

function hasBreaking(changes: readonly ChangeInside[]): boolean {
  return changes.some(({ effect }) => effect === 'breaking');
}

function otherKind({ before, after }: ValueChange): string {
  return `must now be ${article(jsonKind(after.value))} instead of ${article(jsonKind(before.value))}`;
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
