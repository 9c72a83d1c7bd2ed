// Principals and documents for tests of iam/ and aws/.
import type { PolicyDocument, PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import type { RoleSessionPrincipal, UserPrincipal } from '../../../emulator/iam/principal.ts';

export const customer = '222222222222';
export const partner = '111111111111';

export function documentOf(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

interface Rights {
  readonly accountId?: string;
  readonly statements?: readonly PolicyStatement[];
  readonly boundary?: readonly PolicyStatement[];
}

export function userNamed(userName: string, { accountId = customer, statements = [], boundary }: Rights = {}): UserPrincipal {
  return {
    kind: 'user',
    accountId,
    userName,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    userId: 'AIDAEXAMPLE',
    policies: [{ name: 'inline', document: documentOf(...statements) }],
    permissionsBoundary: boundary ? documentOf(...boundary) : null,
  };
}

export function sessionOf(roleName: string, { accountId = customer, statements = [], boundary }: Rights = {}): RoleSessionPrincipal {
  return {
    kind: 'role-session',
    accountId,
    roleName,
    sessionName: 'init',
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/init`,
    roleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
    userId: 'AROAEXAMPLE:init',
    policies: [{ name: 'inline', document: documentOf(...statements) }],
    permissionsBoundary: boundary ? documentOf(...boundary) : null,
  };
}
