// A value that a pact expects against the schema that is documented for it, field by field.
import ajvDraft04 from 'ajv-draft-04';
import ajvFormats from 'ajv-formats';
import { isMap, type OpenApiDocument, type Schema } from './openapi-document.ts';

// That the schemas are draft 4 is for whoever loads the template to say.
const ajv = new ajvDraft04.default({ strict: false, validateSchema: false, logger: false });
ajvFormats.default(ajv);

/** API Gateway answers errors by itself, in these words: a schema that has one of them has the members of two bodies, and needs none. */
const gatewayMembers = ['message', 'Message'];

/**
 * Sentences without a beginning ("the schema has no field result.key"), none where the two agree. What is required has to be expected and
 * what is expected has to be required: an application reads these fields.
 * @param mayBeGateways the body is an error's: the application's own or API Gateway's
 * @param mayLack the application also takes a value without this member, so that it need not be required
 */
export function compareValue(
  expected: unknown,
  schema: Schema,
  {
    document,
    field = '',
    mayBeGateways = false,
    mayLack = () => false,
  }: {
    readonly document: OpenApiDocument;
    readonly field?: string;
    readonly mayBeGateways?: boolean;
    readonly mayLack?: (name: string) => boolean;
  },
): string[] {
  const resolved = document.resolve(schema);
  if (resolved === null) return [`the schema${of(field)} refers to ${String(schema.$ref)}, which is not in the document`];
  const inside = (name: string) => (field === '' ? name : `${field}.${name}`);
  if (isMap(expected)) {
    const properties = isMap(resolved.properties) ? resolved.properties : {};
    const required = new Set(Array.isArray(resolved.required) ? resolved.required : []);
    const missing = [...required].filter((name) => !Object.hasOwn(expected, String(name)));
    const isOneOfTwo = mayBeGateways && gatewayMembers.some((name) => Object.hasOwn(properties, name));
    return [
      ...missing.map((name) => `the schema requires ${inside(String(name))}, which the contract does not expect`),
      ...Object.entries(expected).flatMap(([name, value]) => {
        const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
        if (!isMap(property)) return [`the contract expects ${inside(name)}, which the schema does not have`];
        const optional = !isOneOfTwo && !required.has(name) && !mayLack(name);
        return [
          ...(optional ? [`the contract expects ${inside(name)}, which the schema does not require`] : []),
          ...compareValue(value, property, { document, field: inside(name) }),
        ];
      }),
    ];
  }
  if (Array.isArray(expected)) {
    const { items } = resolved;
    if (!isMap(items)) return [`the schema does not say what ${field || 'the body'} is a list of`];
    return expected.flatMap((item, index) => compareValue(item, items, { document, field: `${field}[${index}]` }));
  }
  if (Array.isArray(resolved.enum) && !resolved.enum.includes(expected)) {
    return [`${field || 'the body'} is ${JSON.stringify(expected)} in the contract, and the schema lists ${resolved.enum.join(', ')}`];
  }
  return schemaMistakes(expected, resolved, document).map((mistake) => `${field || 'the body'} ${mistake}`);
}

/** Every rule of the schema, by ajv: "must be integer". With the place inside the value in front, where there is one. */
export function schemaMistakes(value: unknown, schema: Schema, { root }: OpenApiDocument): string[] {
  // References start at the document's root.
  const whole = { ...schema, components: root.components };
  const validate = ajv.compile(whole);
  // ajv keeps what it has compiled.
  ajv.removeSchema(whole);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? 'is not valid'}`.trim());
}

function of(field: string): string {
  return field === '' ? '' : ` of ${field}`;
}
