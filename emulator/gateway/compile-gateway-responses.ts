// The template's gateway responses, compiled at start: for each type the override that applies to it, or none.
import { AirlockError } from '../errors.ts';
import type { GatewayResponse, RestApi } from '../template/api-definition.ts';
import type { VariableScope } from './context-variables.ts';
import { defaultResponseTypes, type GatewayResponseType, gatewayResponseTypes, notCustomisable } from './gateway-response-types.ts';
import { compileParameter, compileTemplate, type RenderTemplate } from './substitution-template.ts';

export interface ResponseOverride {
  readonly status: number | null;
  readonly headers: readonly (readonly [name: string, read: (scope: VariableScope) => string | undefined])[];
  /** By content type; empty: the type's default body. */
  readonly bodies: ReadonlyMap<string, RenderTemplate>;
}

/** The override for a type; DEFAULT_4XX or DEFAULT_5XX where the type has none of its own. */
export type FindOverride = (type: GatewayResponseType) => ResponseOverride | null;

/** @throws AirlockError BAD_TEMPLATE for an unknown type, parameter or template variable. */
export function compileGatewayResponses(api: RestApi): FindOverride {
  const compiled = new Map<string, ResponseOverride>();
  for (const [type, response] of Object.entries(api.gatewayResponses)) {
    if (!Object.hasOwn(gatewayResponseTypes, type) && !defaultResponseTypes.some((known) => known === type)) {
      throw bad(
        api,
        `has the gateway response "${type}"`,
        `Known are ${Object.keys(gatewayResponseTypes).join(', ')}, DEFAULT_4XX, DEFAULT_5XX.`,
      );
    }
    compiled.set(type, compileOverride(api, type, response));
  }
  return (type) => {
    if (notCustomisable.has(type)) return null;
    const fallback = gatewayResponseTypes[type].status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
    return compiled.get(type) ?? compiled.get(fallback) ?? null;
  };
}

function compileOverride(api: RestApi, type: string, response: GatewayResponse): ResponseOverride {
  const status = response.statusCode === null ? null : Number(response.statusCode);
  if (status !== null && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw bad(api, `gives the gateway response ${type} the status "${response.statusCode}"`, 'Use a number from 200 to 599.');
  }
  const what = `the gateway response ${type}`;
  const headers = Object.entries(response.responseParameters).map(([target, expression]) => {
    const name = /^gatewayresponse\.header\.([!#$%&'*+.^_`|~\w-]+)$/.exec(target)?.[1];
    if (name === undefined) throw bad(api, `sets "${target}" in ${what}`, 'Only gatewayresponse.header.<name> is emulated.');
    return [name, compileParameter(expression, what, api.location)] as const;
  });
  const bodies = Object.entries(response.responseTemplates).map(
    ([contentType, text]) => [contentType.toLowerCase(), compileTemplate(text, what, api.location)] as const,
  );
  return { status, headers, bodies: new Map(bodies) };
}

function bad(api: RestApi, what: string, hint: string): AirlockError {
  return new AirlockError('BAD_TEMPLATE', `${api.location.file}:${api.location.line}: the API ${api.name} ${what}.`, hint);
}
