// What changed in the request of a contract. The consumer will send it as the new contract says, so every change is one that the provider
// must cope with: only another example under the same rule is none.
import { compareRequestGenerators } from './compare-generators.ts';
import type { ChangeInside } from './compare-pacts.ts';
import { compareRequestBodies } from './compare-request-bodies.ts';
import { ignoresExample, sameRules } from './compare-rules.ts';
import type { ExpectedRequest, RuleList } from './pact.ts';

export function compareRequests(before: ExpectedRequest, after: ExpectedRequest): ChangeInside[] {
  const [rulesBefore, rulesAfter] = [before.matchingRules, after.matchingRules];
  return [
    ...(before.method.toLowerCase() === after.method.toLowerCase()
      ? []
      : [breaking(`method is now ${after.method} instead of ${before.method}`)]),
    ...compareTexts('path', [[before.path], rulesBefore.path], [[after.path], rulesAfter.path]),
    ...compareNamed('query parameter', [before.query, rulesBefore.query], [after.query, rulesAfter.query]),
    ...compareNamed('header', [lowerCase(before.headers), rulesBefore.header], [lowerCase(after.headers), rulesAfter.header]),
    ...compareTypeRules(before, after),
    ...compareRequestBodies(before, after),
    ...compareRequestGenerators(before, after),
  ];
}

type TextSide = readonly [examples: readonly string[], rules: RuleList | null];
type NamedSide = readonly [values: Readonly<Record<string, readonly string[]>>, rules: Readonly<Record<string, RuleList>>];

function compareTexts(what: string, [before, rulesBefore]: TextSide, [after, rulesAfter]: TextSide): ChangeInside[] {
  const [one, other] = [rulesBefore, rulesAfter].map((rules) => (rules === null ? null : { ...rules, cascaded: false }));
  if (!sameRules(one ?? null, other ?? null)) return [breaking(`${what} follows another rule`)];
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before.length !== after.length) return [breaking(`${what} has ${after.length} values instead of ${before.length}`)];
  // Texts are all of one type; these two compare with the example in their own way.
  const isFixed = other?.matchers.some(({ match }) => match === 'eachValue' || match === 'arrayContains') ?? true;
  if (isFixed || !ignoresExample(other ?? null, ['type'])) return [breaking(`${what} has another value`)];
  return [{ effect: 'compatible', what: `request ${what} has another example under the same rule` }];
}

function compareNamed(what: string, [before, rulesBefore]: NamedSide, [after, rulesAfter]: NamedSide): ChangeInside[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    if (!Object.hasOwn(before, name)) return [breaking(`${what} ${name} is now sent`)];
    if (!Object.hasOwn(after, name)) return [breaking(`${what} ${name} is no longer sent`)];
    return compareTexts(`${what} ${name}`, [before[name] ?? [], ruleOf(rulesBefore, name)], [after[name] ?? [], ruleOf(rulesAfter, name)]);
  });
}

// The rule says also which types of a body fit, whether or not the header has an example; of an empty body the header says the type.
function compareTypeRules(before: ExpectedRequest, after: ExpectedRequest): ChangeInside[] {
  const type = 'content-type';
  const [one, other] = [lowerCase(before.headers)[type], lowerCase(after.headers)[type]];
  const isChanged = JSON.stringify(ruleOf(before.matchingRules.header, type)) !== JSON.stringify(ruleOf(after.matchingRules.header, type));
  if (one === undefined && other === undefined) return isChanged ? [breaking('Content-Type follows another rule')] : [];
  const isEmpty = before.body?.kind === 'empty' && after.body?.kind === 'empty';
  return isEmpty && String(one) !== String(other) ? [breaking('without a body has another Content-Type')] : [];
}

function ruleOf(rules: Readonly<Record<string, RuleList>>, name: string): RuleList | null {
  return Object.hasOwn(rules, name) ? (rules[name] ?? null) : null;
}

function lowerCase(headers: ExpectedRequest['headers']): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]));
}

function breaking(what: string): ChangeInside {
  return { effect: 'breaking', what: `request ${what}` };
}
