// AWS::Lambda::Permission resources as the resource policies of functions, for whoever asks "may this caller invoke it".
import type { PolicyDocument, PolicyPrincipal, PolicyStatement } from '../iam/policy-document.ts';
import type { FunctionPermission } from '../template/deployment.ts';

/**
 * The policies of a function, alias or version by its ARN as invoked. A permission without a qualifier counts for unqualified
 * invocations only, one with an alias for that alias only. [V form, D qualifiers]
 */
export function functionPolicies(permissions: readonly FunctionPermission[]): (qualifiedArn: string) => readonly PolicyDocument[] {
  const statements = Map.groupBy(permissions, (permission) => permission.functionArn);
  const documents = new Map<string, readonly PolicyDocument[]>();
  for (const [arn, own] of statements) documents.set(arn, [{ Version: '2012-10-17', Id: 'default', Statement: own.map(statementOf) }]);
  return (qualifiedArn) => documents.get(qualifiedArn) ?? [];
}

function statementOf(permission: FunctionPermission): PolicyStatement {
  const { sourceArn, sourceAccount } = permission;
  const condition = {
    ...(sourceAccount !== null && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn !== null && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: permission.logicalId,
    Effect: 'Allow',
    Principal: principalOf(permission.principal),
    Action: permission.action,
    Resource: permission.functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principalOf(principal: string): PolicyPrincipal {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  return { Service: principal };
}
