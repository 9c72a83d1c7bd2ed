// The API's own resource policy: for requests nobody signed here, for signed ones together with the caller's policies.
import type { ContextValues } from '../iam/condition-context.ts';
import { type Decision, evaluate } from '../iam/evaluate.ts';
import { asList, type OneOrMany, type PolicyDocument } from '../iam/policy-document.ts';

/** `execute-api:/stage/VERB/path` is short for the API's own ARN. Source: AWS "API Gateway resource policy examples". */
export function expandResourcePolicy(policy: PolicyDocument, apiArn: string): PolicyDocument {
  const expand = (arn: string) => (arn.startsWith('execute-api:/') ? `${apiArn}/${arn.slice('execute-api:/'.length)}` : arn);
  const expandAll = (value: OneOrMany<string>) => asList(value).map(expand);
  const statements = asList(policy.Statement).map((statement) => ({
    ...statement,
    ...(statement.Resource !== undefined && { Resource: expandAll(statement.Resource) }),
    ...(statement.NotResource !== undefined && { NotResource: expandAll(statement.NotResource) }),
  }));
  return { ...policy, Statement: statements };
}

export interface AnonymousAccess {
  readonly policy: PolicyDocument;
  readonly methodArn: string;
  readonly accountId: string;
  readonly context: ContextValues;
}

/**
 * Whether an anonymous caller may go on. An API with a policy denies what the policy does not allow, also in front of a
 * Lambda authorizer. Source: AWS "How API Gateway resource policies affect authorization workflow".
 */
export function evaluateAnonymous({ policy, methodArn, accountId, context }: AnonymousAccess): Decision {
  return evaluate({
    principal: { kind: 'anonymous' },
    action: 'execute-api:Invoke',
    resourceArn: methodArn,
    resourceAccountId: accountId,
    resourcePolicies: [policy],
    context,
  });
}
