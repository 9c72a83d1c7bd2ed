// Pact files for tests, of specification 4.

export interface PactParts {
  readonly request?: object;
  readonly response?: object;
  readonly states?: readonly string[];
  readonly description?: string;
  readonly pending?: boolean;
}

export function interactionJson({ request = {}, response = {}, states = [], description = 'a request', pending = false }: PactParts = {}) {
  return {
    type: 'Synchronous/HTTP',
    description,
    pending,
    providerStates: states.map((name) => ({ name })),
    request: { method: 'POST', path: '/x', ...request },
    response: { status: 200, ...response },
  };
}

export function pactText(...interactions: readonly PactParts[]): string {
  return JSON.stringify({
    consumer: { name: 'someone' },
    provider: { name: 'something' },
    interactions: interactions.map(interactionJson),
    metadata: { pactSpecification: { version: '4.0' } },
  });
}

export const jsonBody = (content: unknown) => ({ content, contentType: 'application/json', encoded: false });

export const rules = (...matchers: readonly object[]) => ({ combine: 'AND', matchers });
