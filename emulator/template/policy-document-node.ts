// A resolved value -> an IAM policy document, with the grammar mistakes that IAM would refuse reported at their place.
import { nearest } from '../did-you-mean.ts';
import { conditionOperatorNames, isConditionOperator } from '../iam/conditions.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { misspeltGlobalKey } from './global-condition-keys.ts';
import { textOf, valueAt } from './node-access.ts';
import type { Problems } from './problems.ts';
import { any, checkShape, mapOf, object, oneOf, quote, text } from './shape.ts';
import { type MapNode, nodeOfPlain, plainOf, type TemplateNode } from './template-node.ts';

/** Identity policies name resources; resource policies also principals; a trust policy principals only. */
export type PolicyUse = 'identity' | 'resource' | 'trust';

const documentShape = object({ Statement: any }, { Version: oneOf('2012-10-17', '2008-10-17'), Id: text });
const statementShape = object(
  { Effect: oneOf('Allow', 'Deny') },
  {
    ...{ Sid: text, Principal: any, NotPrincipal: any, Action: any, NotAction: any, Resource: any, NotResource: any },
    Condition: mapOf(mapOf(any)),
  },
);
const principalShape = object({}, { AWS: any, Service: any, Federated: any, CanonicalUser: any });

/** Null when it cannot be used; what is wrong is reported. */
export function readPolicyDocument(node: TemplateNode | null, use: PolicyUse, problems: Problems): PolicyDocument | null {
  const document = node === null ? null : jsonMap(node, problems);
  if (document === null) return null;
  const before = problems.list.length;
  checkShape(document, documentShape, problems);
  const statements = valueAt(document, 'Statement');
  if (statements?.kind === 'list' && statements.items.length === 0) problems.report(statements.at, 'the policy has no statement');
  for (const statement of statements?.kind === 'list' ? statements.items : statements === null ? [] : [statements]) {
    checkStatement(statement, use, problems);
  }
  return problems.list.length > before ? null : (plainOf(document) as PolicyDocument);
}

/** A map, or the map that a JSON text holds. */
export function jsonMap(node: TemplateNode, problems: Problems): MapNode | null {
  if (node.kind === 'map') return node;
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return null;
  try {
    const parsed = nodeOfPlain(JSON.parse(node.value), node.at);
    if (parsed.kind === 'map') return parsed;
    problems.report(node.at, 'the JSON text must hold an object');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    problems.report(node.at, `the text is no JSON: ${error.message}`);
  }
  return null;
}

function checkStatement(statement: TemplateNode, use: PolicyUse, problems: Problems): void {
  checkShape(statement, statementShape, problems);
  if (statement.kind !== 'map') return;
  needOne(statement, 'Action', 'NotAction', problems);
  if (use === 'identity') {
    needOne(statement, 'Resource', 'NotResource', problems);
    for (const name of ['Principal', 'NotPrincipal']) {
      const entry = statement.entries.get(name);
      if (entry !== undefined) problems.report(entry.keyAt, `${name} is not allowed in a role's policy`, 'The role is the principal.');
    }
  } else {
    needOne(statement, 'Principal', 'NotPrincipal', problems);
  }
  if (use === 'resource') needOne(statement, 'Resource', 'NotResource', problems);
  for (const name of ['Action', 'NotAction']) checkActions(valueAt(statement, name), problems);
  for (const name of ['Resource', 'NotResource']) checkResources(valueAt(statement, name), problems);
  for (const name of ['Principal', 'NotPrincipal']) checkPrincipal(valueAt(statement, name), problems);
  checkConditions(valueAt(statement, 'Condition'), problems);
}

function needOne(statement: MapNode, name: string, opposite: string, problems: Problems): void {
  const count = Number(statement.entries.has(name)) + Number(statement.entries.has(opposite));
  if (count === 0) problems.report(statement.at, `the statement has no ${name}`, `Add ${name} or ${opposite}.`);
  if (count === 2) problems.report(statement.at, `the statement has ${name} and ${opposite}`, 'Keep one of them.');
}

function* textsOrReport(node: TemplateNode | null, what: string, problems: Problems): Generator<{ text: string; node: TemplateNode }> {
  if (node === null || node.kind === 'invalid') return;
  if (node.kind === 'list' && node.items.length === 0) problems.report(node.at, `the list is empty, but must hold ${what}`);
  for (const item of node.kind === 'list' ? node.items : [node]) {
    const value = textOf(item);
    if (value !== null) yield { text: value, node: item };
    else if (item.kind !== 'invalid') problems.report(item.at, `${what} must be a text or a list of texts`);
  }
}

function checkActions(node: TemplateNode | null, problems: Problems): void {
  for (const action of textsOrReport(node, 'an action', problems)) {
    if (/^(\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+)$/.test(action.text)) continue;
    problems.report(action.node.at, `${quote(action.text)} is no action`, 'Write service:Operation, e.g. s3:GetObject.');
  }
}

function checkResources(node: TemplateNode | null, problems: Problems): void {
  for (const resource of textsOrReport(node, 'a resource', problems)) {
    // API Gateway's own policies may shorten their ARN to execute-api:/…
    if (/^(\*$|arn:|execute-api:)/.test(resource.text) || resource.text.startsWith('*')) continue;
    problems.report(resource.node.at, `${quote(resource.text)} is no ARN`, 'Write an ARN or *; often !GetAtt Resource.Arn is meant.');
  }
}

/** IAM refuses what is none of these when the policy is stored. */
const principalForms: Readonly<Record<string, { readonly pattern: RegExp; readonly what: string; readonly example: string }>> = {
  AWS: {
    pattern: /^(\*|\d{12}|arn:.+|[A-Z0-9]{16,128})$/,
    what: 'account or ARN',
    example: '!GetAtt Role.Arn, or the 12 digits of an account',
  },
  Service: { pattern: /^(\*|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i, what: 'service', example: 'lambda.amazonaws.com' },
};

function checkPrincipal(node: TemplateNode | null, problems: Problems): void {
  if (node === null || node.kind === 'invalid') return;
  if (node.kind === 'scalar' && node.text === '*') return;
  if (node.kind !== 'map') {
    problems.report(node.at, 'a principal must be "*" or a map', 'e.g. Principal: { Service: lambda.amazonaws.com }');
    return;
  }
  checkShape(node, principalShape, problems);
  if (node.entries.size === 0) problems.report(node.at, 'the principal is empty', 'e.g. Principal: { Service: lambda.amazonaws.com }');
  for (const [kind, entry] of node.entries) {
    for (const principal of textsOrReport(entry.value, 'a principal', problems)) {
      const form = principalForms[kind];
      if (form === undefined || form.pattern.test(principal.text)) continue;
      problems.report(principal.node.at, `${quote(principal.text)} is no ${form.what}`, `e.g. ${form.example}`);
    }
  }
}

function checkConditions(node: TemplateNode | null, problems: Problems): void {
  if (node?.kind !== 'map') return;
  for (const [name, operator] of node.entries) {
    // IAM refuses the whole policy; here an Allow would hold never, and a Deny neither.
    if (!isConditionOperator(name)) problems.report(operator.keyAt, `unknown condition operator ${name}`, operatorHint(name));
    if (operator.value.kind !== 'map') continue;
    for (const [key, { keyAt, value }] of operator.value.entries) {
      if (!/^[^:]+:.+/.test(key)) problems.report(keyAt, `${quote(key)} is no condition key`, 'e.g. aws:SourceAccount');
      const meant = misspeltGlobalKey(key);
      if (meant !== null) problems.report(keyAt, `unknown condition key ${key}`, `Did you mean ${meant}?`);
      for (const _ of textsOrReport(value, "a condition's value", problems));
    }
  }
}

function operatorHint(name: string): string {
  const [, prefix = '', bare = '', suffix = ''] = /^((?:[^:]*:)?)(.*?)((?:IfExists)?)$/i.exec(name) ?? [];
  const near = nearest(bare, conditionOperatorNames);
  const nearPrefix =
    prefix === '' ? '' : `${nearest(prefix.slice(0, -1), ['ForAllValues', 'ForAnyValue']) ?? 'ForAllValues or ForAnyValue'}:`;
  return near === null ? 'e.g. StringEquals, ArnLike, Bool' : `Did you mean ${nearPrefix}${near}${near === 'Null' ? '' : suffix}?`;
}
