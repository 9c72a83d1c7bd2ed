// What changed in the body of a request: under the same rules, only another example of the same shape is no change.
import { showPath } from './body-path.ts';
import { regroups } from './compare-containers.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { ignoresExample, sameRules } from './compare-rules.ts';
import { isForm, parseContentType } from './content-type.ts';
import { isJsonObject, jsonKind, sameJson } from './exact-json.ts';
import { type JsonSide, jsonSide } from './json-side.ts';
import { bytesOf } from './match-body.ts';
import type { ExpectedBody, ExpectedRequest, RuleList } from './pact.ts';

export function compareRequestBodies(before: ExpectedRequest, after: ExpectedRequest): ChangeInside[] {
  const [one, other] = [before.body, after.body];
  if (one === null || other === null) {
    if (one === other) return [];
    return [breaking(other === null ? 'body is no longer described' : 'body is now described')];
  }
  if (typeOf(one) !== typeOf(other)) return [breaking(`body is now ${typeOf(other)} instead of ${typeOf(one)}`)];
  // Also those that no example stands for: they say what else may be sent.
  const rules = compareRuleLists(before.matchingRules.body, after.matchingRules.body);
  const [sideBefore, sideAfter] = [jsonSide(before), jsonSide(after)];
  if (one.kind === 'json' && other.kind === 'json') {
    const values = compareJson({
      path: ['$'],
      before: { ...sideBefore, value: one.value },
      after: { ...sideAfter, value: other.value },
    });
    return [...rules, ...unique(values)];
  }
  if (rules.length > 0 || bytesOf(one).equals(bytesOf(other))) return rules;
  const type = parseContentType(typeOf(one));
  // The fields of a form have rules of their own.
  const isFree = type !== undefined && !isForm(type) && ignoresExample(sideAfter.rules.select(['$']), ['type']);
  return isFree ? [compatible('body has another example under the same rule')] : [breaking('body has another value')];
}

function compareRuleLists(before: Readonly<Record<string, RuleList>>, after: Readonly<Record<string, RuleList>>): ChangeInside[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return paths
    .filter((path) => !sameRules(asSelected(before[path]), asSelected(after[path])))
    .map((path) => breaking(`body ${path} follows another rule`));
}

function asSelected(list: RuleList | undefined) {
  return list === undefined ? null : { ...list, cascaded: false };
}

interface ValueSide extends JsonSide {
  readonly value: unknown;
}

interface ValueChange {
  readonly path: readonly string[];
  readonly before: ValueSide;
  readonly after: ValueSide;
}

function compareJson(change: ValueChange): ChangeInside[] {
  const { path, before, after } = change;
  if (sameJson(before.value, after.value)) return [];
  const place = `body ${showPath(path)}`;
  const rules = after.rules.select(path);
  if (jsonKind(before.value) !== jsonKind(after.value)) return [breaking(`${place} is of another kind`)];
  if (isContainer(after.value)) {
    const isWhole = rules?.matchers.some(({ match }) => match === 'equality') ?? false;
    if (regroups(before, path) || regroups(after, path)) return [breaking(`${place} describes its values in another way`)];
    const inside = isJsonObject(after.value) ? compareFields(change) : compareElements(change, place);
    return isWhole && !inside.some(({ effect }) => effect === 'breaking') ? [breaking(`${place} has another value`), ...inside] : inside;
  }
  // The kind is the same: what `type` looks at.
  if (!ignoresExample(rules, ['type'])) return [breaking(`${place} has another value`)];
  return [compatible(`${place} has another example under the same rule`)];
}

function compareFields(change: ValueChange): ChangeInside[] {
  const [before, after] = [change.before.value, change.after.value];
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const place = `body ${showPath([...change.path, key])}`;
    if (!Object.hasOwn(before, key)) return [breaking(`${place} is now sent`)];
    if (!Object.hasOwn(after, key)) return [breaking(`${place} is no longer sent`)];
    return compareJson(inside(change, key, before[key], after[key]));
  });
}

function compareElements(change: ValueChange, place: string): ChangeInside[] {
  const [before, after] = [change.before.value, change.after.value];
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const isOpen = change.after.rules.select(change.path) !== null;
  if (before.length !== after.length && (!isOpen || before.length === 0 || after.length === 0)) {
    return [breaking(`${place} has ${after.length} elements instead of ${before.length}`)];
  }
  const longest = Math.max(before.length, after.length);
  // Under a rule, elements beyond an example are compared with its first.
  const named = isOpen ? change.after.namedIndices.filter((index) => index >= longest) : [];
  const next = isOpen ? [Math.max(longest, ...named.map((index) => index + 1))] : [];
  const beyond = [...named, ...next].flatMap((index) => compareJson(inside(change, String(index), before[0], after[0])));
  const shown = Array.from({ length: longest }, (_, index) =>
    compareJson(
      inside(change, String(index), index < before.length ? before[index] : before[0], index < after.length ? after[index] : after[0]),
    ),
  ).flat();
  return [...shown, ...beyond.filter(({ effect }) => effect === 'breaking')];
}

function inside(change: ValueChange, key: string, before: unknown, after: unknown): ValueChange {
  return {
    path: [...change.path, key],
    before: { ...change.before, value: before },
    after: { ...change.after, value: after },
  };
}

function unique(changes: readonly ChangeInside[]): ChangeInside[] {
  return [...new Map(changes.map((change) => [change.what, change])).values()];
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || isJsonObject(value);
}

function typeOf(body: ExpectedBody): string {
  return body.kind === 'empty' ? 'empty' : body.contentType;
}

function compatible(what: string): ChangeInside {
  return { effect: 'compatible', what: `request ${what}` };
}

function breaking(what: string): ChangeInside {
  return { effect: 'breaking', what: `request ${what}` };
}
