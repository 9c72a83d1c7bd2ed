// One value of a JSON body against one rule: pact_matching 2.0, json.rs.
import { hasBinaryKind } from './binary-kind.ts';
import { excerpt } from './difference.ts';
import { type JsonKind, jsonKind, jsonText, sameJson } from './exact-json.ts';
import { matchesDatePattern } from './match-date.ts';
import { compilePattern } from './oniguruma-pattern.ts';
import type { Matcher } from './pact.ts';
import { isSemver } from './semver.ts';

/** Null where the rule holds. Neither value needs to be a scalar, but two objects or two arrays are compared elsewhere. */
export function matchJsonValue(expected: unknown, actual: unknown, matcher: Matcher): string | null {
  const kind = jsonKind(actual);
  const unless = (holds: boolean, wanted: string) => (holds ? null : `expected ${wanted}, got ${article(kind)}`);
  switch (matcher.match) {
    case 'regex':
      return unless(compilePattern(String(matcher.regex))(jsonText(actual)), `a text that matches ${matcher.regex}`);
    case 'include':
      return unless(jsonText(actual).includes(String(matcher.value)), `a text that includes ${excerpt(matcher.value)}`);
    case 'type':
      return unless(typeOf(expected) === typeOf(actual), article(jsonKind(expected)));
    case 'equality':
    case 'values':
      return unless(sameJson(expected, actual), excerpt(expected));
    case 'null':
      return unless(kind === 'null', 'null');
    case 'integer':
    case 'decimal':
      return unless(kind === matcher.match, article(matcher.match));
    case 'number':
      return unless(kind === 'integer' || kind === 'decimal', 'a number');
    case 'date':
    case 'time':
    case 'datetime':
      return unless(matchesDatePattern(jsonText(actual), String(matcher.format)), `a ${matcher.match} like ${matcher.format}`);
    case 'contentType':
      return unless(hasBinaryKind(contentOf(actual), String(matcher.value)), `content of the type ${matcher.value}`);
    case 'boolean':
      return unless(kind === 'boolean' || actual === 'true' || actual === 'false', 'a boolean');
    case 'notEmpty':
      return unless(kind !== 'null' && !['""', '[]', '{}'].includes(JSON.stringify(actual)), 'a value that is not empty');
    case 'semver':
      return unless(typeof actual === 'string' && isSemver(actual), 'a semantic version');
    default:
      // statusCode, arrayContains, eachKey and eachValue say nothing of a single value.
      return null;
  }
}

export function article(kind: JsonKind): string {
  if (kind === 'null') return 'null';
  return /^[aio]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

function typeOf(value: unknown): string {
  const kind = jsonKind(value);
  return kind === 'integer' || kind === 'decimal' ? 'number' : kind;
}

// Binary content stands in JSON as base64.
function contentOf(value: unknown): Buffer {
  const isBase64 = typeof value === 'string' && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value);
  return isBase64 ? Buffer.from(value, 'base64') : Buffer.from(jsonText(value));
}
