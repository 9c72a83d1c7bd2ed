// Who may call an operation: its own `security` or the document's, and x-amazon-apigateway-auth over both.

import { didYouMean } from '../../did-you-mean.ts';
import type { RouteAuthorization } from '../api-definition.ts';
import { textAt, valueAt } from '../node-access.ts';
import { checkShape, listOf, mapOf, object, oneOf, text } from '../shape.ts';
import type { MapNode, TemplateNode } from '../template-node.ts';
import type { OpenApiReading } from './openapi-reading.ts';
import type { SecurityScheme } from './security-schemes.ts';

export interface RouteSecurity {
  readonly authorization: RouteAuthorization;
  readonly apiKeyRequired: boolean;
}

/** Null when it cannot be told, which is reported: a route is never open by mistake. */
export function readRouteSecurity(operation: MapNode, reading: OpenApiReading, schemes: readonly SecurityScheme[]): RouteSecurity | null {
  // The operation's own list takes the place of the document's; an empty one opens the method.
  const list = valueAt(operation, 'security') ?? valueAt(reading.root, 'security');
  const used = list === null ? [] : usedSchemes(list, reading, schemes);
  const auth = valueAt(operation, 'x-amazon-apigateway-auth');
  if (auth !== null) checkShape(auth, object({ type: oneOf('NONE', 'AWS_IAM', 'none', 'aws_iam') }), reading.problems);
  if (used === null) return null;
  const apiKeyRequired = used.some((scheme) => scheme.kind === 'apiKey');
  const override = textAt(auth, 'type')?.toUpperCase();
  if (override === 'AWS_IAM' || override === 'NONE') return { authorization: { type: override }, apiKeyRequired };
  const deciding = used.filter((scheme) => scheme.kind !== 'apiKey');
  if (deciding.length > 1 && list !== null) {
    const names = deciding.map((scheme) => scheme.name).join(', ');
    reading.problems.report(list.at, `several security schemes: ${names}`, 'API Gateway takes one for a method.');
    return null;
  }
  const [scheme] = deciding;
  if (scheme?.kind === 'authorizer') return { authorization: { type: 'CUSTOM', authorizer: scheme.name }, apiKeyRequired };
  return { authorization: { type: scheme === undefined ? 'NONE' : 'AWS_IAM' }, apiKeyRequired };
}

const openHint = 'Name a scheme; an open method says security: [].';

type UsableScheme = Exclude<SecurityScheme, { kind: 'ignored' | 'invalid' }>;

/** Null when one of the names is none, or one that API Gateway would not check. */
function usedSchemes(list: TemplateNode, reading: OpenApiReading, schemes: readonly SecurityScheme[]): readonly UsableScheme[] | null {
  const { problems } = reading;
  if (list.kind !== 'list') {
    if (list.kind !== 'invalid') problems.report(list.at, 'security must be a list', 'e.g. security: [{ sigv4: [] }]');
    return null;
  }
  const before = problems.list.length;
  checkShape(list, listOf(mapOf(listOf(text))), problems);
  for (const item of list.items) {
    // OpenAPI: "anyone may", in the midst of a list or alone. Often a name that got lost.
    if (item.kind === 'map' && item.entries.size === 0) problems.report(item.at, 'the security requirement names no scheme', openHint);
  }
  if (problems.list.length > before || list.items.some((item) => item.kind !== 'map')) return null;
  const named = list.items.flatMap((item) => (item.kind === 'map' ? [...item.entries] : []));
  // What SAM writes for "no authorizer": a scheme that nobody declares.
  const requirements = named.filter(([name]) => name !== 'NONE' || schemes.some((scheme) => scheme.name === 'NONE'));
  const used = requirements.map(([name, { keyAt }]): UsableScheme | null => {
    const scheme = schemes.find((candidate) => candidate.name === name);
    if (scheme === undefined) {
      const known = schemes.map((candidate) => candidate.name);
      problems.report(keyAt, `no security scheme ${name} is declared`, didYouMean(name, known).trim() || 'Declare it.');
      return null;
    }
    if (scheme.kind === 'ignored') {
      const hint =
        'Add x-amazon-apigateway-authtype: awsSigv4 or x-amazon-apigateway-authorizer to it: API Gateway would leave the method open.';
      problems.report(keyAt, `the security scheme ${name} says nothing that API Gateway knows`, hint);
      return null;
    }
    return scheme.kind === 'invalid' ? null : scheme;
  });
  const usable = used.filter((scheme) => scheme !== null);
  return usable.length === used.length ? usable : null;
}
