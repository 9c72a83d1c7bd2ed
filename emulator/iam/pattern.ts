// Wildcards and variables of policies. A pattern is a list of code units with two special tokens, so that the value
// put in for a variable can never act as a wildcard itself.

/** UTF-16 code units, or one of the wildcards. */
export type Pattern = readonly number[];

const anyRun = -1;
const anyOne = -2;

/** Looks up a condition key for a variable; null where the request has no single value for it. */
export type VariableLookup = (name: string) => string | null;

/** Compiles `*` and `?` as wildcards and `$` as itself: policies of version 2008-10-17, and actions. */
export function compilePlainPattern(text: string): Pattern {
  const pattern: number[] = [];
  pushWithWildcards(pattern, text);
  return pattern;
}

/**
 * Compiles with `${name}`, `${name, 'default'}` and the escapes `${*}` `${?}` `${$}`.
 * Null where a variable has no value: the statement then matches nothing. Source: IAM user guide, "Policy variables".
 */
export function compilePattern(text: string, lookup: VariableLookup): Pattern | null {
  const pattern: number[] = [];
  let rest = text;
  for (;;) {
    const start = rest.indexOf('${');
    const end = start < 0 ? -1 : rest.indexOf('}', start);
    if (end < 0) {
      pushWithWildcards(pattern, rest);
      return pattern;
    }
    pushWithWildcards(pattern, rest.slice(0, start));
    const value = resolveVariable(rest.slice(start + 2, end), lookup);
    if (value === null) return null;
    pushLiteral(pattern, value);
    rest = rest.slice(end + 1);
  }
}

/** Puts variables in and leaves wildcards as plain characters: for operators that compare whole strings. */
export function substituteVariables(text: string, lookup: VariableLookup): string | null {
  let missing = false;
  const result = text.replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const value = resolveVariable(expression, lookup);
    if (value === null) missing = true;
    return value ?? '';
  });
  return missing ? null : result;
}

/** Matches the whole text. Never more than pattern × text steps, whatever the pattern. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let position = 0;
  let token = 0;
  let runToken = -1;
  let runPosition = 0;
  while (position < text.length) {
    const current = pattern[token];
    if (current === anyRun) {
      runToken = token++;
      runPosition = position;
    } else if (current === anyOne || current === text.charCodeAt(position)) {
      token++;
      position++;
    } else if (runToken >= 0) {
      token = runToken + 1;
      position = ++runPosition;
    } else {
      return false;
    }
  }
  while (pattern[token] === anyRun) token++;
  return token === pattern.length;
}

/** Matches field by field at `:`, the sixth taking the rest, as ArnLike does; `*` alone matches every ARN. */
export function matchesArnPattern(pattern: Pattern, arn: string): boolean {
  if (pattern.length === 1 && pattern[0] === anyRun) return true;
  const fields = splitArnPattern(pattern);
  const values = arn.split(':');
  if (fields.length !== arnFields || values.length < arnFields) return false;
  const last = values.slice(arnFields - 1).join(':');
  return fields.every((field, index) => matchesPattern(field, index === arnFields - 1 ? last : (values[index] ?? '')));
}

const arnFields = 6;
const colon = ':'.charCodeAt(0);

function splitArnPattern(pattern: Pattern): Pattern[] {
  const fields: Pattern[] = [];
  let start = 0;
  for (let index = 0; index < pattern.length && fields.length < arnFields - 1; index++) {
    if (pattern[index] !== colon) continue;
    fields.push(pattern.slice(start, index));
    start = index + 1;
  }
  fields.push(pattern.slice(start));
  return fields;
}

function resolveVariable(expression: string, lookup: VariableLookup): string | null {
  if (expression === '*' || expression === '?' || expression === '$') return expression;
  const match = /^\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(expression);
  if (!match?.[1]) return null;
  return lookup(match[1]) ?? match[2] ?? null;
}

function pushWithWildcards(pattern: number[], text: string): void {
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    pattern.push(character === '*' ? anyRun : character === '?' ? anyOne : text.charCodeAt(index));
  }
}

function pushLiteral(pattern: number[], text: string): void {
  for (let index = 0; index < text.length; index++) pattern.push(text.charCodeAt(index));
}
