// How a service of AWS comes to act with a role of the templates: it assumes it, where the role trusts it.
import { evaluate } from './iam/evaluate.ts';
import type { RoleSessionPrincipal } from './iam/principal.ts';
import type { Deployment, Role } from './template/deployment.ts';
import { uniqueId } from './unique-id.ts';

export interface RoleAssumption {
  readonly roleArn: string;
  /** e.g. lambda.amazonaws.com */
  readonly service: string;
  /** For which resource the service does so; aws:SourceArn of the trust policy. */
  readonly sourceArn: string;
  readonly sessionName: string;
}

export type AssumedRole =
  | { readonly kind: 'assumed'; readonly session: RoleSessionPrincipal }
  | { readonly kind: 'noSuchRole' }
  /** The trust policy does not let the service in. */
  | { readonly kind: 'notTrusted'; readonly role: Role };

/** As sts:AssumeRole is decided: the trust policy is the role's resource policy, and only it counts for a service. */
export function assumeRole(
  { roleArn, service, sourceArn, sessionName }: RoleAssumption,
  { roles }: Pick<Deployment, 'roles'>,
): AssumedRole {
  const role = roles.find(({ arn }) => arn === roleArn);
  if (!role) return { kind: 'noSuchRole' };
  const statements = [role.trustPolicy.Statement].flat().map((statement) => ({ Resource: '*', ...statement }));
  const { allowed } = evaluate({
    principal: { kind: 'service', service, sourceArn, sourceAccount: role.accountId },
    action: 'sts:AssumeRole',
    resourceArn: role.arn,
    resourceAccountId: role.accountId,
    resourcePolicies: [{ ...role.trustPolicy, Statement: statements }],
    context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': role.accountId },
  });
  if (!allowed) return { kind: 'notTrusted', role };
  const session: RoleSessionPrincipal = {
    kind: 'role-session',
    accountId: role.accountId,
    arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.roleName}/${sessionName}`,
    roleArn: role.arn,
    roleName: role.roleName,
    sessionName,
    userId: `${uniqueId('AROA', role.arn)}:${sessionName}`,
    policies: role.policies,
    permissionsBoundary: role.permissionsBoundary,
  };
  return { kind: 'assumed', session };
}
