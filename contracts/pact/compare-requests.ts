// What changed in the request of a contract. The consumer will send it as the new contract says, so every change is one that the provider
// must cope with: only another example under the same rule is none.
import { showPath } from './body-path.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { sameRules } from './compare-rules.ts';
import { isJsonObject, jsonKind, sameJson } from './exact-json.ts';
import { bytesOf } from './match-body.ts';
import type { ExpectedBody, ExpectedRequest, RuleList } from './pact.ts';
import { bodyRuleSet, type RuleSet } from './rule-set.ts';

export function compareRequests(before: ExpectedRequest, after: ExpectedRequest): ChangeInside[] {
  const [rulesBefore, rulesAfter] = [before.matchingRules, after.matchingRules];
  return [
    ...(before.method.toLowerCase() === after.method.toLowerCase()
      ? []
      : [breaking(`method is now ${after.method} instead of ${before.method}`)]),
    ...compareTexts('path', [before.path, rulesBefore.path], [after.path, rulesAfter.path]),
    ...compareNamed('query parameter', [before.query, rulesBefore.query], [after.query, rulesAfter.query]),
    ...compareNamed('header', [lowerCase(before.headers), rulesBefore.header], [lowerCase(after.headers), rulesAfter.header]),
    ...compareBodies(before, after),
    ...compareStateValues(before, after),
  ];
}

type TextSide = readonly [example: string, rules: RuleList | null];
type NamedSide = readonly [values: Readonly<Record<string, readonly string[]>>, rules: Readonly<Record<string, RuleList>>];

function compareTexts(what: string, [exampleBefore, before]: TextSide, [exampleAfter, after]: TextSide): ChangeInside[] {
  const withCascaded = (rules: RuleList | null) => (rules === null ? null : { ...rules, cascaded: false });
  if (!sameRules(withCascaded(before), withCascaded(after))) return [breaking(`${what} follows another rule`)];
  if (exampleBefore === exampleAfter) return [];
  if (before === null) return [breaking(`${what} has another value`)];
  return [{ effect: 'compatible', what: `request ${what} has another example under the same rule` }];
}

function compareNamed(what: string, [before, rulesBefore]: NamedSide, [after, rulesAfter]: NamedSide): ChangeInside[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    if (!Object.hasOwn(before, name)) return [breaking(`${what} ${name} is now sent`)];
    if (!Object.hasOwn(after, name)) return [breaking(`${what} ${name} is no longer sent`)];
    const rules = (list: Readonly<Record<string, RuleList>>) => (Object.hasOwn(list, name) ? (list[name] ?? null) : null);
    const example = (values: NamedSide[0]) => JSON.stringify(values[name]);
    return compareTexts(`${what} ${name}`, [example(before), rules(rulesBefore)], [example(after), rules(rulesAfter)]);
  });
}

function compareBodies(
  { body: before, matchingRules: rulesBefore }: ExpectedRequest,
  { body: after, matchingRules: rulesAfter }: ExpectedRequest,
) {
  if (before === null || after === null) {
    if (before === after) return [];
    return [breaking(after === null ? 'body is no longer described' : 'body is now described')];
  }
  if (typeOf(before) !== typeOf(after)) return [breaking(`body is now ${typeOf(after)} instead of ${typeOf(before)}`)];
  const [one, other] = [bodyRuleSet(rulesBefore.body), bodyRuleSet(rulesAfter.body)];
  if (before.kind === 'json' && after.kind === 'json') return compareJson(['$'], [before.value, one], [after.value, other]);
  const text = (body: ExpectedBody) => bytesOf(body).toString('latin1');
  return compareTexts('body', [text(before), one.select(['$'])], [text(after), other.select(['$'])]);
}

function typeOf(body: ExpectedBody): string {
  return body.kind === 'empty' ? 'empty' : body.contentType;
}

type JsonSide = readonly [value: unknown, rules: RuleSet];

function compareJson(path: readonly string[], [before, rulesBefore]: JsonSide, [after, rulesAfter]: JsonSide): ChangeInside[] {
  const place = `body ${showPath(path)}`;
  const [rulesOne, rulesOther] = [rulesBefore.select(path), rulesAfter.select(path)];
  const stands = rulesBefore.standsAt(path) || rulesAfter.standsAt(path);
  const own = stands && !sameRules(rulesOne, rulesOther) ? [breaking(`${place} follows another rule`)] : [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const below = keys.flatMap((key) => {
      const at = [...path, key];
      if (!Object.hasOwn(before, key)) return [breaking(`body ${showPath(at)} is now sent`)];
      if (!Object.hasOwn(after, key)) return [breaking(`body ${showPath(at)} is no longer sent`)];
      return compareJson(at, [before[key], rulesBefore], [after[key], rulesAfter]);
    });
    return [...own, ...below];
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length =
      rulesOther === null && before.length !== after.length
        ? [breaking(`${place} has ${after.length} elements instead of ${before.length}`)]
        : [];
    const below = after
      .slice(0, before.length)
      .flatMap((item, index) => compareJson([...path, String(index)], [before[index], rulesBefore], [item, rulesAfter]));
    return [...own, ...length, ...below];
  }
  if (own.length > 0) return own;
  if (jsonKind(before) !== jsonKind(after)) return [breaking(`${place} is of another kind`)];
  if (sameJson(before, after)) return [];
  if (rulesOther === null) return [breaking(`${place} has another value`)];
  return [{ effect: 'compatible', what: `request ${place} has another example under the same rule` }];
}

// The provider's state setup must answer these values.
function compareStateValues(before: ExpectedRequest, after: ExpectedRequest): ChangeInside[] {
  const expressions = ({ generators }: ExpectedRequest) =>
    [generators.path, ...[generators.query, generators.header, generators.body].flatMap((named) => Object.values(named))]
      .filter((generator) => generator?.type === 'ProviderState')
      .flatMap((generator) => [...String(generator?.expression).matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name));
  const known = new Set(expressions(before));
  const added = [...new Set(expressions(after))].filter((name) => !known.has(name));
  return added.map((name) => breaking(`now needs the value "${name}" of the provider state`));
}

function lowerCase(headers: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]));
}

function breaking(what: string): ChangeInside {
  return { effect: 'breaking', what: `request ${what}` };
}
