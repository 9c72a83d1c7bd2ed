// The answer of GetCallerIdentity: who a principal is, in STS's XML.
import { escapeXml } from '../aws/xml.ts';
import type { Principal } from '../iam/principal.ts';

export interface CallerIdentity {
  readonly arn: string;
  readonly userId: string;
  readonly account: string;
}

/** Null for a caller without a signature, and for a service, which has no identity in STS. */
export function callerIdentityOf(principal: Principal): CallerIdentity | null {
  switch (principal.kind) {
    case 'user':
    case 'role-session':
      return { arn: principal.arn, userId: principal.userId, account: principal.accountId };
    case 'service':
    case 'anonymous':
      return null;
  }
}

/** Element order as STS sends it [M]. */
export function callerIdentityXml(identity: CallerIdentity, requestId: string): string {
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>${escapeXml(identity.arn)}</Arn>
    <UserId>${escapeXml(identity.userId)}</UserId>
    <Account>${escapeXml(identity.account)}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>${escapeXml(requestId)}</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`;
}
