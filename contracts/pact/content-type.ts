// Content types as Pact reads, compares and guesses them (pact_models 1.3, content_types.rs).

export interface ContentType {
  readonly type: string;
  readonly subtype: string;
  /** After a "+": "json" of application/hal+json. */
  readonly suffix: string | null;
  readonly parameters: Readonly<Record<string, string>>;
}

export const unknownContentType: ContentType = { type: '*', subtype: '*', suffix: null, parameters: {} };

const tokenPattern = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

/** Undefined where the text is no content type. */
export function parseContentType(text: string): ContentType | undefined {
  const found = new RegExp(`^\\s*(${tokenPattern})/(${tokenPattern})\\s*((?:;.*)?)$`).exec(text);
  const [, type = '', whole = '', rest = ''] = found ?? [];
  if (found === null) return undefined;
  const plus = whole.lastIndexOf('+');
  return {
    type: type.toLowerCase(),
    subtype: (plus > 0 ? whole.slice(0, plus) : whole).toLowerCase(),
    suffix: plus > 0 ? whole.slice(plus + 1).toLowerCase() : null,
    parameters: Object.fromEntries(
      rest
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part.includes('='))
        .map((part): [string, string] => {
          const name = part.slice(0, part.indexOf('=')).trim().toLowerCase();
          const value = part
            .slice(part.indexOf('=') + 1)
            .trim()
            .replace(/^"(.*)"$/, '$1');
          return [name, name === 'charset' ? value.toLowerCase() : value];
        }),
    ),
  };
}

export function showContentType(type: ContentType): string {
  const base = `${type.type}/${type.subtype}${type.suffix === null ? '' : `+${type.suffix}`}`;
  const names = Object.keys(type.parameters).sort();
  return [base, ...names.map((name) => `${name}=${type.parameters[name]}`)].join(';');
}

export function isUnknown(type: ContentType): boolean {
  return type.type === '*' || type.subtype === '*';
}

/** Trap: application/jsonlines is JSON to Pact (2.0, and 2.1): a subtype only has to begin with "json". */
export function isJson({ type, subtype, suffix }: ContentType): boolean {
  return type === 'application' && (subtype.startsWith('json') || suffix === 'json' || subtype === 'graphql');
}

export function isXml({ type, subtype, suffix }: ContentType): boolean {
  return (type === 'application' || type === 'text') && (subtype === 'xml' || suffix === 'xml');
}

export function isForm({ type, subtype }: ContentType): boolean {
  return type === 'application' && subtype === 'x-www-form-urlencoded';
}

/** Compared byte by byte. */
export function isBinary(type: ContentType): boolean {
  if (['audio', 'font', 'image', 'video'].includes(type.type)) return true;
  return type.type !== 'text' && !isXml(type) && !isJson(type) && !isForm(type) && !isUnknown(type);
}

export function baseType(type: ContentType): ContentType {
  return { type: type.type, subtype: type.suffix ?? type.subtype, suffix: null, parameters: {} };
}

/** The actual type may carry parameters that the expected one does not name. */
export function isEquivalent(expected: ContentType, actual: ContentType): boolean {
  const parametersFit = Object.keys(expected.parameters).length === 0;
  if (parametersFit) return expected.type === actual.type && expected.subtype === actual.subtype;
  return showContentType(expected) === showContentType(actual);
}

/** What Pact takes a body for that declares no type. `limit`: how many characters it looks at. */
export function guessContentType(text: string, limit = Number.POSITIVE_INFINITY): ContentType {
  const start = text.slice(0, Math.min(limit, text.length));
  const guess = (subtype: string, type = 'application'): ContentType => ({ type, subtype, suffix: null, parameters: {} });
  if (/^\s*<\?xml\s*version.*/.test(start)) return guess('xml');
  if (/^\s*(<!DOCTYPE)|^(<HTML>)/.test(start.toUpperCase())) return guess('html', 'text');
  if (/^\s*<\w+\s*/.test(start)) return guess('xml');
  if (/^\s*(true|false|null|[0-9]+|"\w*|\{\s*(\}|"\w+)|\[\s*)/.test(start)) return guess('json');
  return guess('plain', 'text');
}
