// What a JSON schema of the document may say: draft 4, which API Gateway validates by, and OpenAPI's own keywords around it.
import { didYouMean } from '../../did-you-mean.ts';
import type { Problems } from '../problems.ts';
import { any, checked, checkShape, flag, listOf, mapOf, oneOf, quote, type Shape, text, texts, wholeNumber } from '../shape.ts';
import type { MapNode, TemplateNode } from '../template-node.ts';
import { checkBesideReference, vendorExtension } from './reference-shape.ts';

const count = wholeNumber(0, Number.POSITIVE_INFINITY);
const number: Shape = { kind: 'number', whole: false, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] as const;
const typeName = oneOf(...types);
const oneOrMany = (single: Shape) =>
  checked((node, problems) => checkShape(node, node.kind === 'list' ? listOf(single) : single, problems));

/** A schema, and everything that it holds. What it refers to is checked where that stands. */
export const schemaShape: Shape = checked(checkSchema);
const schemaOrFlag = checked((node, problems) => checkShape(node, node.kind === 'map' ? schemaShape : flag, problems));
const pattern = checked(checkPattern);

const keywords: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    ...{ $schema: text, id: text, title: text, description: text, default: any, format: text, enum: listOf(any) },
    ...{ type: oneOrMany(typeName), multipleOf: number, maximum: number, exclusiveMaximum: flag, minimum: number, exclusiveMinimum: flag },
    ...{ maxLength: count, minLength: count, pattern, maxItems: count, minItems: count, uniqueItems: flag },
    ...{ items: oneOrMany(schemaShape), additionalItems: schemaOrFlag, maxProperties: count, minProperties: count, required: texts },
    ...{ properties: mapOf(schemaShape), patternProperties: mapOf(schemaShape), additionalProperties: schemaOrFlag },
    dependencies: mapOf(checked((node, problems) => checkShape(node, node.kind === 'list' ? texts : schemaShape, problems))),
    ...{
      definitions: mapOf(schemaShape),
      allOf: listOf(schemaShape),
      anyOf: listOf(schemaShape),
      oneOf: listOf(schemaShape),
      not: schemaShape,
    },
    // OpenAPI's; they do not validate, but for nullable.
    ...{ nullable: flag, discriminator: any, readOnly: flag, writeOnly: flag, xml: any, externalDocs: any, example: any, examples: any },
    deprecated: flag,
  }),
);
/** Of later drafts: a validator of draft 4 passes over them, so they would not check anything. */
const laterKeywords = new Set([
  ...['const', 'if', 'then', 'else', 'contains', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'unevaluatedItems'],
  ...[
    'unevaluatedProperties',
    'prefixItems',
    'minContains',
    'maxContains',
    'contentEncoding',
    'contentMediaType',
    '$id',
    '$defs',
    '$anchor',
  ],
]);

function checkSchema(node: TemplateNode, problems: Problems): void {
  if (node.kind !== 'map') {
    checkShape(node, mapOf(any), problems);
    return;
  }
  if (checkBesideReference(node, problems)) return;
  for (const [name, { keyAt, value }] of node.entries) {
    const shape = keywords.get(name);
    if (shape !== undefined) checkKeyword(name, value, shape, problems);
    else if (laterKeywords.has(name)) problems.report(keyAt, `JSON Schema draft 4 has no ${name}`, hintFor(name));
    else if (!vendorExtension.test(name)) {
      problems.report(
        keyAt,
        `unknown keyword ${name} of a schema`,
        didYouMean(name, keywords.keys()).trim() || 'API Gateway knows JSON Schema draft 4.',
      );
    }
  }
  checkTogether(node, problems);
}

function checkKeyword(name: string, value: TemplateNode, shape: Shape, problems: Problems): void {
  const isNumber = value.kind === 'scalar' && typeof value.value === 'number';
  if ((name === 'exclusiveMinimum' || name === 'exclusiveMaximum') && isNumber) {
    const limit = name === 'exclusiveMinimum' ? 'minimum' : 'maximum';
    problems.report(value.at, `${name} is a flag in draft 4, but is ${value.text}`, `Write ${limit}: ${value.text} and ${name}: true.`);
  } else {
    checkShape(value, shape, problems);
    const isEmpty = value.kind === 'list' && value.items.length === 0;
    if (isEmpty && ['required', 'enum', 'allOf', 'anyOf', 'oneOf'].includes(name))
      problems.report(value.at, `${name} must not be empty in draft 4`);
  }
}

/** Keywords that mean nothing without another one. */
function checkTogether({ entries }: MapNode, problems: Problems): void {
  const needs = (name: string, other: string) => {
    const entry = entries.get(name);
    if (entry !== undefined && !entries.has(other)) problems.report(entry.keyAt, `${name} means nothing without ${other}`, `Add ${other}.`);
  };
  needs('exclusiveMinimum', 'minimum');
  needs('exclusiveMaximum', 'maximum');
  needs('nullable', 'type');
  const additional = entries.get('additionalItems');
  if (additional !== undefined && entries.get('items')?.value.kind !== 'list') {
    problems.report(additional.keyAt, 'additionalItems means nothing unless items is a list of schemas', 'Use items or maxItems.');
  }
}

function checkPattern(node: TemplateNode, problems: Problems): void {
  checkShape(node, text, problems);
  if (node.kind !== 'scalar' || node.value === null) return;
  try {
    new RegExp(node.text, 'u');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    problems.report(node.at, `${quote(node.text)} is no regular expression: ${error.message}`);
  }
}

function hintFor(name: string): string {
  if (name === 'const') return 'Write enum with one value.';
  return name === '$defs' ? 'Write definitions.' : 'API Gateway would pass over it and check nothing.';
}
