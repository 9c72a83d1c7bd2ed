// Who is calling. A principal comes out of a verified signature, or from the emulator itself for a service.
import type { NamedPolicy, PolicyDocument } from './policy-document.ts';

export type Principal = UserPrincipal | RoleSessionPrincipal | ServicePrincipal | AnonymousPrincipal;

export interface UserPrincipal {
  readonly kind: 'user';
  readonly accountId: string;
  readonly userName: string;
  /** arn:aws:iam::A:user/NAME */
  readonly arn: string;
  /** AIDA… */
  readonly userId: string;
  readonly policies: readonly NamedPolicy[];
  readonly permissionsBoundary: PolicyDocument | null;
}

export interface RoleSessionPrincipal {
  readonly kind: 'role-session';
  readonly accountId: string;
  /** arn:aws:sts::A:assumed-role/ROLE/SESSION */
  readonly arn: string;
  /** arn:aws:iam::A:role/ROLE */
  readonly roleArn: string;
  readonly roleName: string;
  readonly sessionName: string;
  /** AROA…:SESSION */
  readonly userId: string;
  readonly policies: readonly NamedPolicy[];
  readonly permissionsBoundary: PolicyDocument | null;
}

/** An AWS service that calls on its own account, e.g. API Gateway invoking a function. */
export interface ServicePrincipal {
  readonly kind: 'service';
  /** e.g. apigateway.amazonaws.com */
  readonly service: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

/** The account whose policies count for a principal; null where there is none. */
export function accountOf(principal: Principal): string | null {
  switch (principal.kind) {
    case 'user':
    case 'role-session':
      return principal.accountId;
    case 'service':
      return principal.sourceAccount;
    case 'anonymous':
      return null;
  }
}

/** Access keys of one principal; a session has a token too. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
