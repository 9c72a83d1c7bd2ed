// The answer API Gateway makes by itself to a request that was refused, as the template shapes it.
import { validateHeaderValue } from 'node:http';
import type { CompiledApi } from '../compile-api.ts';
import type { ResponseOverride } from '../compile-gateway-responses.ts';
import type { VariableScope } from '../context-variables.ts';
import { fixedResponses, type GatewayResponseDefault, gatewayResponseTypes } from '../gateway-response-types.ts';
import { firstAccepted } from '../media-types.ts';
import type { GatewayRefusal, Refusal } from '../refusal.ts';
import type { GatewayAnswer } from '../request-stages.ts';

type Header = readonly [name: string, value: string];

export function answerRefusal(api: CompiledApi, request: VariableScope['request'], refusal: Refusal): GatewayAnswer {
  const ids: readonly Header[] = [
    ['x-amzn-RequestId', request.requestId],
    ['x-amz-apigw-id', request.extendedRequestId],
  ];
  if (refusal.kind === 'fixed-refusal') {
    const { status, contentType, body, errorType } = fixedResponses[refusal.name];
    const type: readonly Header[] = errorType === null ? [] : [['x-amzn-ErrorType', errorType]];
    return { status, headers: [['Content-Type', contentType], ...ids, ...type], body };
  }
  const defaults: GatewayResponseDefault = gatewayResponseTypes[refusal.type];
  const message = refusal.message ?? defaults.message;
  const override = api.findOverride(refusal.type);
  const scope: VariableScope = { ...api, request, error: describe(refusal, message) };
  const { contentType, body } = override ? customBody(override, scope, defaults, message) : defaultBody(defaults, message);
  const ownHeaders = override ? customHeaders(override, scope) : [];
  const headers: readonly Header[] = [['Content-Type', contentType], ...ids, ['x-amzn-ErrorType', refusal.errorType ?? defaults.errorType]];
  return {
    status: override?.status ?? refusal.status ?? defaults.status,
    headers: [...headers.filter(([name]) => !ownHeaders.some(([own]) => sameName(own, name))), ...ownHeaders],
    body,
  };
}

function describe(refusal: GatewayRefusal, message: string | null): VariableScope['error'] {
  const { type, validationError } = refusal;
  return { type, message, ...(validationError !== undefined && { validationError }) };
}

function defaultBody({ member, separator }: GatewayResponseDefault, message: string | null) {
  return { contentType: 'application/json', body: `{"${member}"${separator}${JSON.stringify(message)}}` };
}

/** By the first media type of Accept, else JSON, else the first template. Without templates the default body stays. */
function customBody(override: ResponseOverride, scope: VariableScope, defaults: GatewayResponseDefault, message: string | null) {
  const accepted = firstAccepted(scope.request.headers.last('accept'));
  for (const contentType of [accepted, 'application/json', override.bodies.keys().next().value ?? '']) {
    const render = override.bodies.get(contentType);
    if (render) return { contentType, body: render(scope) };
  }
  return defaultBody(defaults, message);
}

function customHeaders(override: ResponseOverride, scope: VariableScope): readonly Header[] {
  return override.headers.flatMap(([name, read]) => {
    const value = read(scope);
    return value === undefined || !isHeaderValue(name, value) ? [] : [[name, value] as const];
  });
}

/** A decoded query parameter can hold a line end: such a header is left out, never sent. */
function isHeaderValue(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
