// Where in the request the identity is. Compiled once from the template's expressions.
import { AirlockError } from '../errors.ts';
import type { AuthorizerDefinition } from '../template/api-definition.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';

/** Every value this source has in a request, in wire order; [] where it is missing. */
export type IdentitySource = (request: AuthorizerRequest) => readonly string[];

/** Source: AWS "x-amazon-apigateway-authorizer": a TOKEN authorizer without identitySource reads Authorization. */
const tokenSourceDefault = 'method.request.header.Authorization';

const readers: ReadonlyArray<readonly [prefix: string, read: (name: string) => IdentitySource]> = [
  ['method.request.header.', (name) => (request) => request.headerValues(name)],
  ['method.request.multivalueheader.', (name) => (request) => request.headerValues(name)],
  ['method.request.querystring.', (name) => (request) => request.queryValues(name)],
  ['method.request.multivaluequerystring.', (name) => (request) => request.queryValues(name)],
  ['stageVariables.', (name) => (request) => present(request.stageVariables[name])],
  ['context.', (name) => (request) => present(request.contextVariable(name))],
];

/** @throws AirlockError BAD_TEMPLATE for a source that AWS does not accept, e.g. a path parameter. */
export function compileIdentitySources(definition: AuthorizerDefinition): readonly IdentitySource[] {
  const expressions = definition.identitySources.flatMap((text) => text.split(',')).map((text) => text.trim());
  const named = expressions.filter((text) => text !== '');
  if (definition.type === 'REQUEST') return named.map((expression) => compile(expression, definition));
  const [only, ...more] = named.length > 0 ? named : [tokenSourceDefault];
  if (only === undefined || more.length > 0 || !only.startsWith('method.request.header.')) {
    throw refusal(definition, named.join(', '), 'A TOKEN authorizer has one source: method.request.header.<name>.');
  }
  return [compile(only, definition)];
}

function compile(expression: string, definition: AuthorizerDefinition): IdentitySource {
  for (const [prefix, read] of readers) {
    const name = expression.slice(prefix.length);
    if (expression.startsWith(prefix) && name !== '') return read(name);
  }
  const prefixes = readers.map(([prefix]) => `${prefix}<name>`).join(', ');
  throw refusal(definition, expression, `Use one of ${prefixes}. Path parameters and the body cannot be identity sources.`);
}

function refusal({ name, location }: AuthorizerDefinition, found: string, hint: string): AirlockError {
  return new AirlockError(
    'BAD_TEMPLATE',
    `${location.file}:${location.line}: authorizer ${name} has the identity source "${found}", which API Gateway does not accept.`,
    hint,
  );
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
