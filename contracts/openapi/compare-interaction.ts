// One interaction against the operation that documents it: what is sent, and what is answered.
import type { Interaction } from '../pact/pact.ts';
import { compareParameters, compareSecurity, textMistakes } from './compare-parameters.ts';
import { compareValue, schemaMistakes } from './compare-value.ts';
import { type DocumentedAnswer, isMap, type OpenApiDocument, type Operation } from './openapi-document.ts';

/** HTTP's own, and what a signature brings with it: no document lists them as parameters. */
const undocumentedHeaders = /^(accept(-.+)?|content-(type|length)|host|user-agent|x-amz-.+|x-amzn-.+)$/;

/**
 * Sentences without a beginning, none where the two agree.
 * @param others that end in the same status of the same operation: what one of them does without need not be required
 */
export function compareInteraction(
  interaction: Interaction,
  operation: Operation,
  { document, others }: { readonly document: OpenApiDocument; readonly others: readonly Interaction[] },
): string[] {
  const answer = operation.statuses.get(String(interaction.response.status));
  return [
    ...compareRequest(interaction, operation, document),
    ...(answer === undefined
      ? [`the status ${interaction.response.status} is not documented`]
      : compareAnswer(interaction, answer, { document, others })),
  ];
}

function compareRequest({ request, response }: Interaction, operation: Operation, document: OpenApiDocument): string[] {
  const headers = lowerCase(request.headers);
  const documented = (place: string) => operation.parameters.filter((each) => each.place === place).map(({ name }) => name);
  const known = [...documented('header'), ...operation.security.flat().map(({ name }) => name.toLowerCase())];
  const unknown = Object.keys(headers).filter((name) => !undocumentedHeaders.test(name) && !known.includes(name));
  const unknownQuery = Object.keys(request.query).filter((name) => !documented('query').includes(name));
  const mistakes = [
    ...unknown.map((name) => `the request sends the header ${name}, which is not documented`),
    ...unknownQuery.map((name) => `the request sends the query parameter ${name}, which is not documented`),
  ];
  // What is refused may be wrong in every way.
  if (!isSuccess(response.status)) return mistakes;
  return [
    ...mistakes,
    ...compareSecurity(headers, operation),
    ...compareParameters({ header: headers, query: request.query }, operation, document),
    ...compareRequestBody(request, operation, document),
  ];
}

function compareRequestBody({ body }: Interaction['request'], operation: Operation, document: OpenApiDocument): string[] {
  if (body?.kind !== 'json') return [];
  const mediaType = body.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const schema = operation.requestSchemas.get(mediaType);
  if (schema === undefined || schema === null) return [`no schema is documented for a request of type ${mediaType}`];
  const resolved = document.resolve(schema);
  if (resolved === null) return [`the schema of the request refers to ${String(schema.$ref)}, which is not in the document`];
  return schemaMistakes(body.value, resolved, document).map((mistake) => `the request does not fit the schema: ${mistake}`);
}

function compareAnswer(
  { response }: Interaction,
  answer: DocumentedAnswer,
  { document, others }: { readonly document: OpenApiDocument; readonly others: readonly Interaction[] },
): string[] {
  const mistakes = Object.entries(lowerCase(response.headers)).flatMap(([name, values]) => {
    const schema = answer.headers.get(name);
    if (schema === undefined) {
      return isCommonAnswerHeader(name) ? [] : [`the contract expects the header ${name}, which is not documented for ${response.status}`];
    }
    return textMistakes(values, schema, document).map((mistake) => `the contract expects a header ${name} that ${mistake}`);
  });
  if (response.body?.kind !== 'json') return mistakes;
  if (answer.schema === null) return [...mistakes, `no schema is documented for the body of ${response.status}`];
  const mayBeGateways = !isSuccess(response.status);
  const bodies = others.map(({ response: { body } }) => (body?.kind === 'json' ? body.value : undefined)).filter(isMap);
  const mayLack = (name: string) => !mayBeGateways && bodies.some((body) => !Object.hasOwn(body, name));
  return [...mistakes, ...compareValue(response.body.value, answer.schema, { document, mayBeGateways, mayLack })];
}

function isCommonAnswerHeader(name: string): boolean {
  return name === 'cache-control' || name === 'x-content-type-options' || undocumentedHeaders.test(name);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function lowerCase(headers: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]));
}
