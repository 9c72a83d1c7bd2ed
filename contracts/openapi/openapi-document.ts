// The parts of an OpenAPI 3.0 document that a contract can contradict, read out of plain data. First step of compare-openapi.ts.

export interface Operation {
  /** Upper case. */
  readonly method: string;
  /** As documented: /items/{id}. */
  readonly path: string;
  /** As documented: "200", also "default". */
  readonly statuses: ReadonlyMap<string, DocumentedAnswer>;
  /** Schema of a body by media type; null where the document gives none. */
  readonly requestSchemas: ReadonlyMap<string, Schema | null>;
  /** Of the path and of the operation; the operation's own first. */
  readonly parameters: readonly Parameter[];
  /** One of these must hold, each as a whole; none: anybody may call. */
  readonly security: readonly (readonly SecurityHeader[])[];
}

export interface Parameter {
  /** "header", "query", "path" or "cookie". */
  readonly place: string;
  /** Of a header in lower case. */
  readonly name: string;
  readonly isRequired: boolean;
  /** Not followed. */
  readonly schema: Schema | null;
}

export interface SecurityHeader {
  /** As written. */
  readonly name: string;
  /** What the whole header must look like, as a regular expression; null where the document does not say it. */
  readonly pattern: string | null;
}

export interface DocumentedAnswer {
  /** By name in lower case: its schema, not followed; null where there is none. */
  readonly headers: ReadonlyMap<string, Schema | null>;
  /** Of application/json; null where there is none. */
  readonly schema: Schema | null;
}

export type Schema = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly root: Schema;
  readonly operations: readonly Operation[];
  /** Follows `$ref`s inside the document. Null where one leads nowhere or round in a circle. */
  readonly resolve: (value: unknown) => Schema | null;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const referenceDepthMax = 20;

/** Null where the value is no document with paths. What it has beside them is not looked at. */
export function readOpenApiDocument(body: unknown): OpenApiDocument | null {
  if (!isMap(body) || !isMap(body.paths)) return null;
  const root = body;
  const resolve = (value: unknown) => follow(value, root);
  const operations = Object.entries(body.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = isMap(item) ? item[method] : undefined;
      return isMap(item) && isMap(operation) ? [readOperation({ path, method, operation, item }, root)] : [];
    }),
  );
  return { root, operations, resolve };
}

function readOperation(
  { path, method, operation, item }: { path: string; method: string; operation: Schema; item: Schema },
  root: Schema,
): Operation {
  const at = (value: unknown): Schema => follow(value, root) ?? {};
  const schemes = at(at(root.components).securitySchemes);
  const security = listOf(operation.security ?? root.security).map((each) => Object.keys(at(each)));
  return {
    method: method.toUpperCase(),
    path,
    statuses: new Map(Object.entries(at(operation.responses)).map(([status, answer]) => [status, readAnswer(at(answer), at)])),
    requestSchemas: new Map(
      Object.entries(at(at(operation.requestBody).content)).map(([type, media]) => [type.toLowerCase(), schemaOf(media, at)]),
    ),
    parameters: readParameters([...listOf(operation.parameters), ...listOf(item.parameters)].map(at), at),
    security: security.map((names) => names.flatMap((name) => readSecurity(at(schemes[name])))),
  };
}

/** Of two with one place and name the first counts. */
function readParameters(written: readonly Schema[], at: (value: unknown) => Schema): Parameter[] {
  const parameters = written.map((parameter): Parameter => {
    const [place, name] = [String(parameter.in), String(parameter.name)];
    const isRequired = parameter.required === true || parameter.required === 'true';
    return { place, name: place === 'header' ? name.toLowerCase() : name, isRequired, schema: schemaOf(parameter, at) };
  });
  const isSame = (one: Parameter, other: Parameter) => one.place === other.place && one.name === other.name;
  return parameters.filter((each, index) => parameters.findIndex((other) => isSame(each, other)) === index);
}

function readSecurity(scheme: Schema): SecurityHeader[] {
  if (scheme.type === 'http') {
    return [{ name: 'Authorization', pattern: `${String(scheme.scheme).toLowerCase() === 'bearer' ? 'Bearer' : 'Basic'} .+` }];
  }
  if (scheme.type !== 'apiKey' || scheme.in !== 'header') return [];
  const name = String(scheme.name);
  if (scheme['x-amazon-apigateway-authtype'] === 'awsSigv4') return [{ name, pattern: 'AWS4-HMAC-SHA256 .+' }];
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  const expression = isMap(authorizer) ? authorizer.identityValidationExpression : undefined;
  return [{ name, pattern: typeof expression === 'string' ? expression : null }];
}

function readAnswer(answer: Schema, at: (value: unknown) => Schema): DocumentedAnswer {
  const written = Object.entries(at(answer.headers));
  const headers = new Map(written.map(([name, header]) => [name.toLowerCase(), schemaOf(header, at)]));
  return { headers, schema: schemaOf(at(answer.content)['application/json'], at) };
}

/** Not followed: what a `$ref` leads to is looked up where the schema is used, so that one that leads nowhere is told there. */
function schemaOf(media: unknown, at: (value: unknown) => Schema): Schema | null {
  const { schema } = at(media);
  return isMap(schema) ? schema : null;
}

function follow(value: unknown, root: Schema): Schema | null {
  let current = value;
  for (let depth = 0; depth < referenceDepthMax; depth += 1) {
    if (!isMap(current)) return null;
    if (typeof current.$ref !== 'string') return current;
    current = targetOf(current.$ref, root);
  }
  return null;
}

function targetOf(reference: string, root: Schema): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let current: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    current = isMap(current) && Object.hasOwn(current, name) ? current[name] : undefined;
  }
  return current;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isMap(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
