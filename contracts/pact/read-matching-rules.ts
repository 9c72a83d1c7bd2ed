// The matching rules of a request or response, brought into the one shape of specification 3: also from specification 2's paths.
import { parseBodyPath } from './body-path.ts';
import { isForm, isUnknown, isXml, parseContentType } from './content-type.ts';
import { isJsonObject } from './exact-json.ts';
import type { ExpectedBody, MatchingRules, RuleList } from './pact.ts';
import type { PactPlace } from './pact-place.ts';
import { readMatcher } from './read-matcher.ts';

export interface RulesSource {
  readonly value: unknown;
  readonly part: 'request' | 'response';
  readonly body: ExpectedBody | null;
  readonly place: PactPlace;
}

type JsonObject = Readonly<Record<string, unknown>>;

export function readMatchingRules({ value, part, body, place }: RulesSource): MatchingRules {
  const written = value === undefined || value === null ? {} : place.object(value);
  const rules = Object.keys(written).some((key) => key.startsWith('$')) ? readV2(written, place) : readV3(written, place);
  refuseUncheckable({ part, body, place, hasBodyRules: Object.keys(rules.body).length > 0 });
  return rules;
}

function readV3(written: JsonObject, place: PactPlace): MatchingRules {
  const known = new Set(['path', 'status', 'query', 'header', 'headers', 'body']);
  for (const [category, rules] of Object.entries(written)) {
    const isEmpty = isJsonObject(rules) && Object.keys(rules).length === 0;
    if (!known.has(category) && !isEmpty) throw place.at(category).notSupported(`there are matching rules for "${category}"`);
  }
  return {
    path: readSingle(written.path, place.at('path')),
    status: readSingle(written.status, place.at('status')),
    query: readNamed(written.query, place.at('query')),
    header: lowerCase(readNamed(written.header ?? written.headers, place.at('header')), place),
    body: readBodyRules(written.body, place.at('body')),
  };
}

function readSingle(value: unknown, place: PactPlace): RuleList | null {
  if (value === undefined || value === null) return null;
  const written = place.object(value);
  if (Object.hasOwn(written, 'matchers')) return readRuleList(written, place);
  // Some libraries put the list below an empty name or "$".
  const [inner] = Object.values(written);
  return inner === undefined ? null : readRuleList(inner, place);
}

function readNamed(value: unknown, place: PactPlace): Record<string, RuleList> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(place.object(value)).map(([name, list]): [string, RuleList] => [name, readRuleList(list, place.at(name))]);
  return Object.fromEntries(entries);
}

/** Also of an arrayContains variant: its paths begin at the element. */
export function readBodyRules(value: unknown, place: PactPlace): Record<string, RuleList> {
  if (value === undefined || value === null) return {};
  const written = place.object(value);
  // A text or binary body may have its rules without a path.
  if (Object.hasOwn(written, 'matchers')) return { $: readRuleList(written, place) };
  for (const path of Object.keys(written)) checkPath(path, place);
  return readNamed(written, place);
}

function readRuleList(value: unknown, place: PactPlace): RuleList {
  const { matchers, combine = 'AND' } = place.object(value);
  const logic = typeof combine === 'string' ? combine.toUpperCase() : '';
  if (logic !== 'AND' && logic !== 'OR') throw place.at('combine').damaged('this is neither "AND" nor "OR"');
  const list = place.at('matchers').list(matchers);
  if (list.length === 0) throw place.at('matchers').damaged('the list is empty');
  return { combine: logic, matchers: list.map((matcher, index) => readMatcher(matcher, place.at('matchers', index))) };
}

// `$.body.x`, `$.headers.X`, `$.query.q`, `$.path`, each with one matcher.
function readV2(written: JsonObject, place: PactPlace): MatchingRules {
  const rules: {
    path: RuleList | null;
    query: Record<string, RuleList>;
    header: Record<string, RuleList>;
    body: Record<string, RuleList>;
  } = {
    path: null,
    query: {},
    header: {},
    body: {},
  };
  for (const [key, value] of Object.entries(written)) {
    const list: RuleList = { combine: 'AND', matchers: [readMatcher(value, place.at(key))] };
    const names = checkPath(key, place).flatMap((token) => (token.kind === 'field' ? [token.name] : []));
    const [category, name] = names;
    if (category === 'body') rules.body[`$${key.slice('$.body'.length)}`] = list;
    else if ((category === 'headers' || category === 'header') && name !== undefined) rules.header[name] = list;
    else if (category === 'query' && name !== undefined) rules.query[name] = list;
    else if (category === 'path') rules.path = list;
    else throw place.at(key).notSupported('Airlock does not know what this rule is about');
  }
  return { ...rules, header: lowerCase(rules.header, place), status: null };
}

function checkPath(path: string, place: PactPlace) {
  try {
    return parseBodyPath(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw place.damaged(error.message);
  }
}

function lowerCase(rules: Readonly<Record<string, RuleList>>, place: PactPlace): Record<string, RuleList> {
  const entries = Object.entries(rules).map(([name, list]): [string, RuleList] => [name.toLowerCase(), list]);
  const lower = Object.fromEntries(entries);
  if (Object.keys(lower).length < entries.length) throw place.at('header').damaged('a header has rules under two spellings');
  return lower;
}

// A body of one of these kinds is compared by its structure in Pact. A request could not be judged here, and a response only be copied.
function refuseUncheckable({ part, body, place, hasBodyRules }: Omit<RulesSource, 'value'> & { readonly hasBodyRules: boolean }): void {
  if (body === null || body.kind === 'empty' || (part === 'response' && !hasBodyRules)) return;
  const type = parseContentType(body.contentType);
  if (type === undefined || isUnknown(type)) return;
  if (isXml(type) || type.type === 'multipart')
    throw place.notSupported(`a ${part} body of the type ${body.contentType} cannot be compared`);
  if (part === 'response' && isForm(type)) throw place.notSupported('a form as a response body cannot be generated');
}
