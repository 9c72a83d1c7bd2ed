// A route's request validator, compiled at start: required parameters, then the body's JSON Schema (draft 4).
import ajvDraft04 from 'ajv-draft-04';
import ajvFormats from 'ajv-formats';
import { AirlockError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Route } from '../template/api-definition.ts';
import { mediaTypeOf } from './media-types.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { RoutedRequest } from './request-stages.ts';

export type ValidateRequest = (request: RoutedRequest) => Refusal | null;
export type CompileRequestValidation = (route: Route) => ValidateRequest;

/** Null: valid; else a text for $context.error.validationErrorString. */
type ValidateJson = (value: unknown) => string | null;

/** One ajv for all routes of an API: a fresh one costs about 10 ms. */
export function createRequestValidationCompiler(log: Log): CompileRequestValidation {
  // An unknown keyword checks nothing, so `requierd` would open the method to every body: strictSchema refuses it.
  const ajv = new ajvDraft04.default({ strict: false, strictSchema: true, logger: false });
  ajvFormats.default(ajv);
  for (const keyword of laterKeywords) ajv.removeKeyword(keyword);
  ajv.addVocabulary(openApiKeywords);

  const compileSchema = (route: Route, contentType: string, schema: unknown): ValidateJson => {
    try {
      for (const format of unknownFormats(schema, ajv.formats)) {
        log.warn({ method: route.httpMethod, resourcePath: route.resourcePath, format }, 'format of a schema is not known and not checked');
        ajv.addFormat(format, true);
      }
      const validate = ajv.compile(schema as object);
      // The text is ajv's, not AWS's: approximated. It names the place and the rule, never the value.
      return (value) => (validate(value) ? null : `[${ajv.errorsText(validate.errors, { dataVar: 'body' })}]`);
    } catch (cause) {
      throw new AirlockError(
        'BAD_TEMPLATE',
        `${route.location.file}:${route.location.line}:${route.location.column}  ${route.location.path}: the ${contentType} schema of ${route.httpMethod} ${route.resourcePath} is not valid: ${String(cause)}`,
        'API Gateway models are JSON Schema draft 4: exclusiveMinimum is a boolean, const and $id do not exist.',
        { cause },
      );
    }
  };

  return (route) => {
    const schemas = new Map<string, ValidateJson>();
    for (const [contentType, schema] of route.validateBody ? Object.entries(route.requestSchemas) : []) {
      const mediaType = contentType === '$default' ? contentType : mediaTypeOf(contentType);
      if (isJson(mediaType)) schemas.set(mediaType, compileSchema(route, contentType, schema));
      else log.warn({ method: route.httpMethod, resourcePath: route.resourcePath, contentType }, 'schema ignored: not a JSON type');
    }
    return (request) => (route.validateParameters ? checkParameters(route, request) : null) ?? checkBody(schemas, request);
  };
}

/** OpenAPI's words around JSON Schema; they check nothing on AWS either. nullable is ajv's own. */
const openApiKeywords = ['discriminator', 'readOnly', 'writeOnly', 'xml', 'externalDocs', 'example', 'examples', 'deprecated'];
/** ajv's build for draft 4 knows them; draft 4 and API Gateway do not. */
const laterKeywords = ['const', 'contains', 'propertyNames', 'if', 'then', 'else'];

/** Draft 4 passes over a format that it does not know. */
function unknownFormats(schema: unknown, known: object): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === 'format' && typeof value === 'string') return Object.hasOwn(known, value) ? [] : [value];
    return unknownFormats(value, known);
  });
}

function isJson(mediaType: string): boolean {
  return mediaType === '$default' || mediaType === 'application/json' || mediaType === 'text/json' || mediaType.endsWith('+json');
}

/**
 * "Included and not blank" [AG request validation]; listed header, path, query (recorded). Header names match in any
 * spelling, because HTTP/2 clients have lower-case ones only [M]; query names as spelt.
 */
function checkParameters({ requiredParameters }: Route, request: RoutedRequest): Refusal | null {
  const missing = [
    ...requiredParameters.header.filter((name) => !request.headers.last(name)),
    ...requiredParameters.path.filter((name) => !(Object.hasOwn(request.pathParameters, name) && request.pathParameters[name])),
    ...requiredParameters.querystring.filter((name) => !request.query.get(name)?.at(-1)),
  ];
  if (missing.length === 0) return null;
  return refuse('BAD_REQUEST_PARAMETERS', { message: `Missing required request parameters: [${missing.join(', ')}]` });
}

/** A type without a schema is not validated; no Content-Type means JSON; an empty body is {}. Source: LS-CODE, recorded test. */
function checkBody(schemas: ReadonlyMap<string, ValidateJson>, request: RoutedRequest): Refusal | null {
  if (schemas.size === 0) return null;
  const mediaType = mediaTypeOf(request.headers.last('content-type')) || 'application/json';
  const validate = schemas.get(mediaType) ?? schemas.get('$default');
  if (!validate) return null;
  const parsed = parseJson(request.body.length === 0 ? '{}' : request.body.toString('utf8'));
  const problem = parsed === null ? '[body is not JSON]' : validate(parsed.value);
  return problem === null ? null : refuse('BAD_REQUEST_BODY', { validationError: problem });
}

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
