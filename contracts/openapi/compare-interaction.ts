// One interaction against the operation that documents it: what is sent, and what is answered.
import type { Interaction } from '../pact/pact.ts';
import { compareValue, schemaMistakes } from './compare-value.ts';
import type { DocumentedAnswer, OpenApiDocument, Operation } from './openapi-document.ts';

/** HTTP's own, and what a signature brings with it: no document lists them as parameters. */
const undocumentedHeaders = /^(accept(-.+)?|content-(type|length)|host|user-agent|x-amz-.+|x-amzn-.+)$/;

/** Sentences without a beginning, none where the two agree. */
export function compareInteraction(interaction: Interaction, operation: Operation, document: OpenApiDocument): string[] {
  const answer = operation.statuses.get(String(interaction.response.status));
  return [
    ...compareRequest(interaction, operation, document),
    ...(answer === undefined
      ? [`the status ${interaction.response.status} is not documented`]
      : compareAnswer(interaction, answer, document)),
  ];
}

function compareRequest({ request, response }: Interaction, operation: Operation, document: OpenApiDocument): string[] {
  const sent = Object.keys(request.headers).map((name) => name.toLowerCase());
  const known = [...operation.headerParameters, ...operation.securityHeaders.map((name) => name.toLowerCase())];
  const unknown = sent.filter((name) => !undocumentedHeaders.test(name) && !known.includes(name));
  const mistakes = unknown.map((name) => `the request sends the header ${name}, which is not documented`);
  // What is refused may be wrong in every way.
  if (!isSuccess(response.status)) return mistakes;
  for (const name of operation.securityHeaders) {
    if (!sent.includes(name.toLowerCase())) mistakes.push(`the security scheme reads the header ${name}, which the request does not send`);
  }
  return [...mistakes, ...compareRequestBody(request, operation, document)];
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

function compareAnswer({ response }: Interaction, answer: DocumentedAnswer, document: OpenApiDocument): string[] {
  const unknown = Object.keys(response.headers)
    .map((name) => name.toLowerCase())
    .filter((name) => !isCommonAnswerHeader(name) && !answer.headers.includes(name));
  const mistakes = unknown.map((name) => `the contract expects the header ${name}, which is not documented for ${response.status}`);
  if (response.body?.kind !== 'json') return mistakes;
  if (answer.schema === null) return [...mistakes, `no schema is documented for the body of ${response.status}`];
  const isExact = isSuccess(response.status);
  return [...mistakes, ...compareValue(response.body.value, answer.schema, { document, isExact })];
}

function isCommonAnswerHeader(name: string): boolean {
  return name === 'cache-control' || name === 'x-content-type-options' || undocumentedHeaders.test(name);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
