// The gate between the API that the template documents and the pact that its clients rely on: a change of one side alone is told here,
// before anything is deployed.
import type { Interaction, Pact } from '../pact/pact.ts';
import { compareInteraction } from './compare-interaction.ts';
import { type OpenApiDocument, type Operation, readOpenApiDocument } from './openapi-document.ts';
import { type UntestedStatus, untestedStatuses } from './untested-statuses.ts';

/**
 * Disagreements as sentences; none: they agree.
 * @param openApiBody OpenAPI 3.0 as plain data, e.g. the Body of an AWS::ApiGateway::RestApi
 * @param untested documented statuses that need no interaction
 */
export function compareOpenApi(openApiBody: unknown, pact: Pact, untested: readonly UntestedStatus[] = untestedStatuses): string[] {
  const document = readOpenApiDocument(openApiBody);
  if (document === null) return ['The OpenAPI body has no paths.'];
  const found = pact.interactions.flatMap((interaction) => {
    const place = `"${interaction.description}" (${nameOf(interaction.request)} -> ${interaction.response.status})`;
    const operation = operationOf(interaction, document);
    if (typeof operation === 'string') return [`${place}: ${operation}.`];
    const others = pact.interactions.filter(
      (each) => each.response.status === interaction.response.status && operationOf(each, document) === operation,
    );
    return compareInteraction(interaction, operation, { document, others }).map((mistake) => `${place}: ${mistake}.`);
  });
  return [...new Set([...found, ...document.operations.flatMap((operation) => uncovered(operation, pact, document, untested))])];
}

/** Documented, and nobody relies on it: then nothing would notice when it changes. */
function uncovered(operation: Operation, pact: Pact, document: OpenApiDocument, untested: readonly UntestedStatus[]): string[] {
  const statuses = new Set(
    pact.interactions.filter((each) => operationOf(each, document) === operation).map(({ response }) => String(response.status)),
  );
  const name = nameOf(operation);
  if (statuses.size === 0) return [`${name} is documented, and no interaction uses it.`];
  const excused = new Set(untested.filter((each) => each.operation === name).map(({ status }) => String(status)));
  return [
    ...[...operation.statuses.keys()]
      .filter((status) => !statuses.has(status) && !excused.has(status))
      .map((status) => `${name} documents the status ${status}, and no interaction ends in it.`),
    ...[...excused]
      .filter((status) => statuses.has(status))
      .map((status) => `${name}: the status ${status} is listed as untested, and an interaction ends in it.`),
  ];
}

/** The operation, or what is wrong. */
function operationOf({ request }: Interaction, { operations }: OpenApiDocument): Operation | string {
  const samePath = operations.filter(({ path }) => fits(path, request.path));
  if (samePath.length === 0) return `the path ${request.path} is not documented`;
  return samePath.find(({ method }) => method === request.method.toUpperCase()) ?? `${request.path} has no method ${request.method}`;
}

/** A variable such as {id} takes one segment, {proxy+} the rest. */
function fits(documented: string, path: string): boolean {
  const steps = documented.split('/');
  const given = path.split('/');
  if (steps.at(-1)?.endsWith('+}'))
    return given.length >= steps.length && fits(steps.slice(0, -1).join('/'), given.slice(0, steps.length - 1).join('/'));
  return steps.length === given.length && steps.every((step, index) => step === given[index] || /^\{.+\}$/.test(step));
}

function nameOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method.toUpperCase()} ${path}`;
}
