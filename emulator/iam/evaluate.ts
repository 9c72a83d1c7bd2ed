// IAM's decision: identity policies, permissions boundary and resource policies against one action on one resource.
import { type ContextValues, createConditionContext, principalContext } from './condition-context.ts';
import { matchPrincipal, type PrincipalMatch } from './match-principal.ts';
import { matchingStatements, type RequestedAccess } from './match-statement.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';
import type { Principal } from './principal.ts';

export interface EvaluationRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resourceArn: string;
  readonly resourceAccountId: string;
  readonly resourcePolicies: readonly PolicyDocument[];
  /** Keys of the request and the service; those of principal and resource account are filled in and cannot be overridden. */
  readonly context?: ContextValues | (() => ContextValues);
}

export type PolicyType = 'identity-based policy' | 'resource-based policy' | 'permissions boundary';

export type Decision =
  | { readonly allowed: true; readonly by: 'identity-based policy' | 'resource-based policy' | 'both' }
  | {
      readonly allowed: false;
      readonly reason: 'explicitDeny' | 'implicitDeny';
      readonly policyType: PolicyType;
      /** The statement that denies, when one does. */
      readonly statement?: PolicyStatement;
      /** The caller is of another account than the resource, or of none. */
      readonly crossAccount: boolean;
    };

export function evaluate(request: EvaluationRequest): Decision {
  const { principal } = request;
  const access: RequestedAccess = {
    action: request.action,
    resource: request.resourceArn,
    context: createConditionContext(() => {
      const { context = {} } = request;
      return [typeof context === 'function' ? context() : context, principalContext(principal, request.resourceAccountId)];
    }),
  };
  const crossAccount = !('accountId' in principal) || principal.accountId !== request.resourceAccountId;
  const identity = evaluateIdentity(principal, access);
  const resource = evaluateResource(request.resourcePolicies, principal, access);

  const denied = identity.denied ?? resource.denied;
  if (denied) return { allowed: false, reason: 'explicitDeny', ...denied, crossAccount };

  const identityAllows = identity.allowed && identity.boundaryAllows;
  const identityGap: PolicyType = identity.allowed ? 'permissions boundary' : 'identity-based policy';
  const implicitly = (policyType: PolicyType): Decision => ({ allowed: false, reason: 'implicitDeny', policyType, crossAccount });

  if (principal.kind === 'service' || principal.kind === 'anonymous') {
    return resource.grants.size > 0 ? { allowed: true, by: 'resource-based policy' } : implicitly('resource-based policy');
  }
  if (crossAccount) {
    if (!identityAllows) return implicitly(identityGap);
    return resource.grants.size > 0 ? { allowed: true, by: 'both' } : implicitly('resource-based policy');
  }
  // The boundary does not cut what a policy of the same account gives to the user or the session itself.
  const grantsAlone =
    resource.grants.has('exact') || ((resource.grants.has('role') || resource.grants.has('everyone')) && identity.boundaryAllows);
  if (grantsAlone) return { allowed: true, by: 'resource-based policy' };
  if (isKmsKey(request.resourceArn)) {
    // A key obeys its key policy alone; only where that names the account do identity policies count.
    if (!resource.grants.has('account')) return implicitly('resource-based policy');
    return identityAllows ? { allowed: true, by: 'both' } : implicitly(identityGap);
  }
  return identityAllows ? { allowed: true, by: 'identity-based policy' } : implicitly(identityGap);
}

/** Plain documents without principals, as an API Gateway authorizer returns them. */
export function evaluateDocuments(
  documents: readonly PolicyDocument[],
  request: { readonly action: string; readonly resource: string; readonly context?: ContextValues },
): 'allowed' | 'explicitDeny' | 'implicitDeny' {
  const access = { action: request.action, resource: request.resource, context: createConditionContext(() => [request.context ?? {}]) };
  const statements = documents.flatMap((document) => matchingStatements(document, access));
  if (statements.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return statements.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'implicitDeny';
}

type Denial = { readonly policyType: PolicyType; readonly statement: PolicyStatement };

function evaluateIdentity(
  principal: Principal,
  access: RequestedAccess,
): { readonly allowed: boolean; readonly boundaryAllows: boolean; readonly denied: Denial | null } {
  if (principal.kind === 'service' || principal.kind === 'anonymous') return { allowed: false, boundaryAllows: true, denied: null };
  const statements = principal.policies.flatMap(({ document }) => matchingStatements(document, access));
  const boundary = principal.permissionsBoundary === null ? null : matchingStatements(principal.permissionsBoundary, access);
  return {
    allowed: statements.some(({ Effect }) => Effect === 'Allow'),
    boundaryAllows: boundary === null || boundary.some(({ Effect }) => Effect === 'Allow'),
    denied: denial(statements, 'identity-based policy') ?? denial(boundary ?? [], 'permissions boundary'),
  };
}

function evaluateResource(
  policies: readonly PolicyDocument[],
  principal: Principal,
  access: RequestedAccess,
): { readonly grants: ReadonlySet<PrincipalMatch>; readonly denied: Denial | null } {
  const grants = new Set<PrincipalMatch>();
  let denied: Denial | null = null;
  for (const statement of policies.flatMap((policy) => matchingStatements(policy, access))) {
    const match = matchPrincipal(statement, principal);
    if (match === null) continue;
    if (statement.Effect === 'Allow') grants.add(match);
    else denied ??= { policyType: 'resource-based policy', statement };
  }
  return { grants, denied };
}

function denial(statements: readonly PolicyStatement[], policyType: PolicyType): Denial | null {
  const statement = statements.find(({ Effect }) => Effect === 'Deny');
  return statement ? { policyType, statement } : null;
}

function isKmsKey(resourceArn: string): boolean {
  return /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resourceArn);
}
