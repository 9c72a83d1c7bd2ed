// What a request sends in its headers and query, against the parameters and the security that are documented for it.
import { compilePattern } from '../pact/oniguruma-pattern.ts';
import { schemaMistakes } from './compare-value.ts';
import type { OpenApiDocument, Operation, Schema, SecurityHeader } from './openapi-document.ts';

type Values = Readonly<Record<string, readonly string[]>>;

/** `header` by names in lower case. */
export function compareParameters(
  sent: Readonly<Record<'header' | 'query', Values>>,
  { parameters }: Operation,
  document: OpenApiDocument,
): string[] {
  return parameters.flatMap(({ place, name, isRequired, schema }) => {
    // A path has its variables, or it would be another one.
    if (place === 'path') return [];
    const what = place === 'query' ? `query parameter ${name}` : `${place} ${name}`;
    const values = (place === 'header' || place === 'query') && Object.hasOwn(sent[place], name) ? sent[place][name] : undefined;
    if (values === undefined) return isRequired ? [`the request does not send the ${what}, which is required`] : [];
    return textMistakes(values, schema, document).map((mistake) => `the request sends a ${what} that ${mistake}`);
  });
}

/** Of the alternatives one must hold; where none does, what is wrong with the first. `headers` by names in lower case. */
export function compareSecurity(headers: Values, { security }: Operation): string[] {
  const mistakes = security.map((all) => all.flatMap((one) => securityMistakes(headers, one)));
  return mistakes.some((list) => list.length === 0) ? [] : (mistakes[0] ?? []);
}

function securityMistakes(headers: Values, { name, pattern }: SecurityHeader): string[] {
  const sent = headers[name.toLowerCase()]?.join(', ');
  if (sent === undefined) return [`the security scheme reads the header ${name}, which the request does not send`];
  return pattern === null || matches(sent, pattern)
    ? []
    : [`the security scheme reads the header ${name}, which has another form in the request`];
}

function matches(text: string, pattern: string): boolean {
  try {
    return compilePattern(pattern)(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What cannot be checked does not pass.
    return false;
  }
}

/** Of each value against its schema: "must be integer". */
export function textMistakes(values: readonly string[], schema: Schema | null, document: OpenApiDocument): string[] {
  if (schema === null) return [];
  const resolved = document.resolve(schema);
  if (resolved === null) return [`has a schema that refers to ${String(schema.$ref)}, which is not in the document`];
  if (resolved.type === 'array') return schemaMistakes(values, resolved, document);
  return [...new Set(values.flatMap((value) => schemaMistakes(typed(value, resolved.type), resolved, document)))];
}

/** In headers and queries numbers and booleans are written as text. */
function typed(value: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return type === 'boolean' && (value === 'true' || value === 'false') ? value === 'true' : value;
}
