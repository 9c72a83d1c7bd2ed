// One matcher of a pact file, checked and under its one name: what is not known is an error, never ignored.
import { isSupportedBinaryKind } from './binary-kind.ts';
import { isJsonObject, jsonText } from './exact-json.ts';
import { parseDatePattern } from './java-date-pattern.ts';
import { compilePattern } from './oniguruma-pattern.ts';
import type { Matcher } from './pact.ts';
import type { PactPlace } from './pact-place.ts';
import { readBodyRules } from './read-matching-rules.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const plainMatchers: ReadonlySet<string> = new Set([
  'equality',
  'number',
  'integer',
  'decimal',
  'boolean',
  'null',
  'values',
  'notEmpty',
  'semver',
]);

const otherNames: ReadonlyMap<string, string> = new Map([
  ['real', 'decimal'],
  ['timestamp', 'datetime'],
  ['content-type', 'contentType'],
  ['array-contains', 'arrayContains'],
  ['status-code', 'statusCode'],
  ['not-empty', 'notEmpty'],
  ['each-key', 'eachKey'],
  ['each-value', 'eachValue'],
  ['min', 'type'],
  ['max', 'type'],
  ['min-type', 'type'],
  ['max-type', 'type'],
]);

const dateFormats = { date: 'yyyy-MM-dd', time: 'HH:mm:ss', datetime: "yyyy-MM-dd'T'HH:mm:ssXXX" } as const;

export function readMatcher(value: unknown, place: PactPlace): Matcher {
  const written = place.object(value);
  const name = written.match ?? written['pact:matcher:type'] ?? impliedName(written);
  if (typeof name !== 'string' || name === '') throw place.damaged('the matching rule does not say what it is ("match")');
  const match = otherNames.get(name) ?? name;
  if (plainMatchers.has(match)) return { match };
  switch (match) {
    case 'type':
      return { match, ...limit(written, 'min', place), ...limit(written, 'max', place) };
    case 'regex':
      return { match, regex: checkPattern(place.at('regex').text(written.regex), place) };
    case 'include':
      if (written.value === undefined) throw place.at('value').damaged('a text is missing');
      return { match, value: jsonText(written.value) };
    case 'date':
    case 'time':
    case 'datetime':
      return { match, format: readFormat(written, match, place) };
    case 'contentType': {
      const kind = place.at('value').text(written.value);
      if (!isSupportedBinaryKind(kind)) throw place.notSupported(`Airlock cannot recognise ${kind} by its bytes`);
      return { match, value: kind };
    }
    case 'statusCode':
      return { match, status: readStatus(written.status ?? 'success', place.at('status')) };
    case 'arrayContains':
      return {
        match,
        variants: place
          .at('variants')
          .list(written.variants)
          .map((variant, index) => readVariant(variant, place.at('variants', index))),
      };
    case 'eachKey':
    case 'eachValue': {
      const rules = written.rules === undefined ? [] : place.at('rules').list(written.rules);
      return { match, rules: rules.map((rule, index) => readMatcher(rule, place.at('rules', index))) };
    }
    default:
      throw place.notSupported(`"${name}" is not a matcher that Airlock knows`);
  }
}

// Rules of old libraries only name what they check.
function impliedName(written: JsonObject): string | undefined {
  return ['regex', 'min', 'max', 'timestamp', 'time', 'date'].find((name) => Object.hasOwn(written, name));
}

function limit(written: JsonObject, name: 'min' | 'max', place: PactPlace): Record<string, number> {
  return written[name] === undefined || written[name] === null ? {} : { [name]: place.at(name).count(written[name]) };
}

function readFormat(written: JsonObject, match: keyof typeof dateFormats, place: PactPlace): string {
  const format = written.format ?? written[match] ?? written.timestamp ?? '';
  if (typeof format !== 'string') throw place.at('format').damaged('this is not a text');
  const pattern = format === '' ? dateFormats[match] : format;
  try {
    parseDatePattern(pattern);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw place.at('format').notSupported(error.message);
  }
  return pattern;
}

export function checkPattern(regex: string, place: PactPlace): string {
  try {
    compilePattern(regex);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw place.at('regex').notSupported(`the regular expression ${regex.slice(0, 80)} cannot be evaluated (${error.message})`);
  }
  return regex;
}

const statusClasses: ReadonlySet<unknown> = new Set(['info', 'success', 'redirect', 'clientError', 'serverError', 'nonError', 'error']);

function readStatus(value: unknown, place: PactPlace): unknown {
  if (statusClasses.has(value)) return value;
  return place.list(value).map((status, index) => place.at(index).count(status));
}

function readVariant(value: unknown, place: PactPlace) {
  const variant = place.object(value);
  return {
    index: variant.index === undefined ? 0 : place.at('index').count(variant.index),
    // Without rules a variant is compared for equality.
    rules: isJsonObject(variant.rules)
      ? readBodyRules(variant.rules, place.at('rules'))
      : { '': { combine: 'AND', matchers: [{ match: 'equality' }] } },
  };
}
