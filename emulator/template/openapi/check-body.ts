// A walk over the whole document for what no single reader sees: references that lead nowhere, extensions that are misspelt or misplaced.
import { didYouMean, editDistance, nearest } from '../../did-you-mean.ts';
import { textAt } from '../node-access.ts';
import type { TemplateNode } from '../template-node.ts';
import { corsKey, dereference, type OpenApiReading } from './openapi-reading.ts';

const prefix = 'x-amazon-apigateway-';
/** Where each extension is looked for (AWS "OpenAPI extensions for API Gateway"); null: in several places, none of them read here. */
const places: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ['any-method', 'a path'],
  ['api-key-source', 'the document'],
  ['auth', 'an operation'],
  ['authorizer', 'a security scheme'],
  ['authtype', 'a security scheme'],
  ['binary-media-types', 'the document'],
  ['documentation', null],
  ['endpoint-access-mode', 'the document'],
  ['endpoint-configuration', null],
  ['gateway-responses', 'the document'],
  ['importexport-version', 'the document'],
  ['integration', 'an operation'],
  ['integrations', null],
  ['minimum-compression-size', 'the document'],
  ['policy', 'the document'],
  ['request-validator', 'the document or an operation'],
  ['request-validators', 'the document'],
  ['security-policy', 'the document'],
  ['tag-value', null],
]);

const corsHint = 'Write an options method with a mock integration that answers the preflight.';

const known = [...places.keys()].map((name) => prefix + name);

export function checkBody(reading: OpenApiReading): void {
  walk(reading.root, []);

  function walk(node: TemplateNode, path: readonly string[]): void {
    if (node.kind === 'list') for (const item of node.items) walk(item, [...path, '[]']);
    if (node.kind !== 'map') return;
    if (textAt(node, '$ref') !== null) dereference(node, reading);
    for (const [key, { keyAt, value }] of node.entries) {
      if (key === corsKey) reading.problems.report(keyAt, `${corsKey} is for HTTP APIs: a REST API does not look at it`, corsHint);
      // The document, paths, operations and security schemes check their own keys.
      else if (key.startsWith(prefix)) {
        if (!isChecked(path)) checkExtension(key, keyAt);
      } else if (key.startsWith('x-')) checkForeign(key, keyAt);
      const isData = ['example', 'examples', 'default', 'enum'].includes(key) || key.startsWith(prefix);
      if (!isData) walk(value, [...path, key]);
    }
  }

  /** API Gateway would pass over x-amzn-apigateway-auth, and leave the method open. */
  function checkForeign(key: string, at: TemplateNode['at']): void {
    const near = nearest(key, known);
    const isMistake = /^x-(amazon|amzn|aws-api)/i.test(key) || (near !== null && editDistance(key, near) <= 4);
    if (isMistake) reading.problems.report(at, `unknown extension ${key}`, near === null ? '' : `Did you mean ${near}?`);
  }

  function checkExtension(key: string, at: TemplateNode['at']): void {
    const place = places.get(key.slice(prefix.length));
    if (place === null) return;
    if (place === undefined) reading.problems.report(at, `unknown extension ${key}`, didYouMean(key, known).trim());
    else reading.problems.report(at, `API Gateway does not look for ${key} here`, `It belongs to ${place}.`);
  }
}

function isChecked(path: readonly string[]): boolean {
  const [first, second] = path;
  if (path.length === 0) return true;
  if (first === 'paths') return path.length === 2 || path.length === 3;
  if (first === 'securityDefinitions') return path.length === 2;
  return first === 'components' && second === 'securitySchemes' && path.length === 3;
}
