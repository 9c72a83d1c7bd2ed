// "You may not" in the words of each service.
import type { Decision } from '../iam/evaluate.ts';
import type { Principal } from '../iam/principal.ts';
import { type AwsFault, fault } from './fault.ts';
import type { Dialect } from './service.ts';

export interface DeniedAccess {
  /** Where the caller sees it; a key used through S3 is denied in S3's protocol. */
  readonly dialect: Dialect;
  readonly principal: Principal;
  readonly action: string;
  readonly resourceArn: string;
  readonly decision: Extract<Decision, { allowed: false }>;
}

export function accessDenied(denied: DeniedAccess): AwsFault {
  switch (denied.dialect) {
    case 's3':
      // A key that S3 uses for its caller: KMS's words, without quotes [I copilot-cli #5500].
      if (denied.action.startsWith('kms:')) return fault(403, 'AccessDenied', kmsText(denied));
      // The reason is told to callers of the bucket's own account only; the ARN stands in double quotes [D].
      return fault(
        403,
        'AccessDenied',
        denied.decision.crossAccount ? 'Access Denied' : denialText(denied, `resource: "${denied.resourceArn}"`),
      );
    case 'kms':
      return fault(400, 'AccessDeniedException', kmsText(denied)); // [I]
    case 'lambda': // [I]
    case 'sagemaker':
      return fault(403, 'AccessDeniedException', denialText(denied, `resource: ${denied.resourceArn}`));
    case 'sagemaker-control-plane': // JSON 1.1 has 400 for it: SageMaker API reference, Common Errors. [M]
      return fault(400, 'AccessDeniedException', denialText(denied, `resource: ${denied.resourceArn}`));
    case 'sts':
      return fault(403, 'AccessDenied', denialText(denied, `resource: ${denied.resourceArn}`));
  }
}

/** KMS tells a foreign caller nothing about a key that does not speak of them. */
function kmsText(denied: DeniedAccess): string {
  const { decision, action } = denied;
  if (decision.crossAccount && decision.policyType === 'resource-based policy') {
    return `User: ${userName(denied.principal)} is not authorized to perform: ${action} on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
  }
  return denialText(denied, `resource: ${denied.resourceArn}`);
}

function denialText({ principal, action, decision }: DeniedAccess, resource: string): string {
  const article = decision.policyType === 'identity-based policy' ? 'an' : 'a';
  const because =
    decision.reason === 'explicitDeny'
      ? `with an explicit deny in ${article} ${decision.policyType}`
      : `because no ${decision.policyType} allows the ${action} action`;
  return `User: ${userName(principal)} is not authorized to perform: ${action} on ${resource} ${because}`;
}

/** For a session AWS names the session, not the role. */
function userName(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
    case 'role-session':
      return principal.arn;
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
  }
}
