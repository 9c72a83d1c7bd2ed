// A MOCK integration (mostly CORS preflight), compiled at start: the status its request template names picks a response.
import { AirlockError } from '../errors.ts';
import type { Integration, IntegrationResponse, Route } from '../template/api-definition.ts';
import type { VariableScope } from './context-variables.ts';
import { mediaTypeOf } from './media-types.ts';
import { compileParameter, compileTemplate, type RenderTemplate } from './substitution-template.ts';

type MockIntegration = Extract<Integration, { type: 'MOCK' }>;

export interface MockResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, read: (scope: VariableScope) => string | undefined])[];
  readonly bodies: ReadonlyMap<string, RenderTemplate>;
}

export interface CompiledMock {
  readonly kind: 'mock';
  /** The response for a request of this media type; null is AWS's 500 (no template, no status, or none selected). */
  select(mediaType: string, scope: VariableScope): MockResponse | null;
}

/** @throws AirlockError BAD_TEMPLATE for what is not emulated. */
export function compileMock(route: Route, integration: MockIntegration): CompiledMock {
  const what = `the MOCK integration of ${route.httpMethod} ${route.resourcePath}`;
  const templates = new Map(
    Object.entries(integration.requestTemplates).map(([type, text]) => [mediaTypeOf(type), compileTemplate(text, what, route.location)]),
  );
  const responses = Object.entries(integration.responses).map(([pattern, response]) => ({
    matches: pattern === 'default' ? null : compilePattern(route, pattern),
    response: compileResponse(route, what, response),
  }));
  const fallback = responses.find(({ matches }) => matches === null)?.response ?? null;
  return {
    kind: 'mock',
    select(mediaType, scope) {
      const rendered = templates.get(mediaType)?.(scope);
      // AWS reads this leniently: the CDK writes { statusCode: 200 } without quotes.
      const status = /statusCode["']?\s*:\s*["']?(\d{3})/.exec(rendered ?? '')?.[1];
      if (status === undefined) return null;
      return responses.find(({ matches }) => matches?.test(status))?.response ?? fallback;
    },
  };
}

function compileResponse(route: Route, what: string, response: IntegrationResponse): MockResponse {
  const status = Number(response.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw bad(route, `${what} answers with the status "${response.statusCode}"`, 'Use a number from 200 to 599.');
  }
  const headers = Object.entries(response.responseParameters).map(([target, expression]) => {
    const name = /^method\.response\.header\.([!#$%&'*+.^_`|~\w-]+)$/.exec(target)?.[1];
    if (name === undefined) throw bad(route, `${what} sets "${target}"`, 'Only method.response.header.<name> is emulated.');
    return [name, compileParameter(expression, what, route.location)] as const;
  });
  const bodies = Object.entries(response.responseTemplates).map(
    ([type, text]) => [mediaTypeOf(type), compileTemplate(text, what, route.location)] as const,
  );
  return { status, headers, bodies: new Map(bodies) };
}

function compilePattern(route: Route, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (cause) {
    throw bad(route, `a response is selected by "${pattern}", which is no pattern`, 'Use a regular expression for the status.', cause);
  }
}

function bad(route: Route, what: string, hint: string, cause?: unknown): AirlockError {
  const { file, line } = route.location;
  return new AirlockError('BAD_TEMPLATE', `${file}:${line}: ${what}.`, hint, cause === undefined ? undefined : { cause });
}
