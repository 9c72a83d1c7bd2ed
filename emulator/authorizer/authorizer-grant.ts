// What an authorizer function returned, checked. Anything API Gateway could not use is a reason, for the log.
import type { PolicyDocument } from '../iam/policy-document.ts';

/** What is cached: the policy and the context, never the decision. */
export interface AuthorizerGrant {
  readonly principalId: string;
  readonly policy: PolicyDocument;
  /** As the function behind it will see it: all values are strings. */
  readonly context: Readonly<Record<string, string>>;
}

export type GrantProblem = { readonly problem: string };

/** Source: AWS "Output from an API Gateway Lambda authorizer": a resource ARN has at most 512 characters. */
const resourceCharactersMax = 512;

export function readGrant(payload: string): AuthorizerGrant | GrantProblem {
  const output: unknown = JSON.parse(payload);
  if (!isObject(output)) return { problem: 'the result is not an object' };
  const principalId = readPrincipalId(output.principalId);
  if (principalId === null) return { problem: 'principalId is missing' };
  const policyProblem = findPolicyProblem(output.policyDocument);
  if (policyProblem !== null) return { problem: policyProblem };
  const context = readContext(output.context);
  if (context === null) return { problem: 'context may hold strings, numbers and booleans only' };
  return { principalId, policy: output.policyDocument as PolicyDocument, context };
}

/** A number becomes a string. Source: serverless-offline 813. */
function readPrincipalId(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function findPolicyProblem(document: unknown): string | null {
  if (!isObject(document)) return 'policyDocument is missing or not an object';
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  for (const statement of statements) {
    if (!isObject(statement)) return 'policyDocument.Statement is missing or not an object';
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'a statement needs Effect Allow or Deny';
    if (!hasOneOf(statement, 'Action', 'NotAction')) return 'a statement needs Action or NotAction: a string or strings';
    if (!hasOneOf(statement, 'Resource', 'NotResource')) return 'a statement needs Resource or NotResource: a string or strings';
    if (strings(statement.Resource ?? statement.NotResource).some((arn) => arn.length > resourceCharactersMax)) {
      return `a resource is longer than ${resourceCharactersMax} characters`;
    }
    if (statement.Condition !== undefined && !isConditionBlock(statement.Condition)) return 'a statement has a Condition that is not one';
  }
  return null;
}

function hasOneOf(statement: Record<string, unknown>, name: string, complement: string): boolean {
  const value = statement[name];
  const other = statement[complement];
  if ((value === undefined) === (other === undefined)) return false;
  const found = value ?? other;
  return typeof found === 'string' || (Array.isArray(found) && found.every((item) => typeof item === 'string'));
}

function strings(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : (value as readonly string[]);
}

function isConditionBlock(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((keys) => isObject(keys) && Object.values(keys).every(isConditionValue));
}

function isConditionValue(value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.every((item) => ['string', 'number', 'boolean'].includes(typeof item));
}

/** 123 -> "123", true -> "true"; an object, array or null anywhere is refused. Source: serverless-offline 1244, 1376 (tested on AWS). */
function readContext(value: unknown): Record<string, string> | null {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return null;
  const entries: [string, string][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') return null;
    entries.push([name, String(item)]);
  }
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
