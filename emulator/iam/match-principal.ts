// Whom a resource policy's statement speaks of, and how closely: that decides whether it grants by itself.
import { asList, type PolicyPrincipal, type PolicyStatement } from './policy-document.ts';
import type { Principal } from './principal.ts';

/**
 * How a statement reaches the caller. `exact`: the user's or the session's own ARN, or the service. `role`: the role behind a session.
 * `everyone`: `*`. `account`: the caller's whole account, which only delegates to that account's identity policies.
 */
export type PrincipalMatch = 'exact' | 'role' | 'everyone' | 'account';

/** Null where the statement does not speak of the caller. */
export function matchPrincipal(statement: PolicyStatement, principal: Principal): PrincipalMatch | null {
  if (statement.Principal !== undefined) return matchElement(statement.Principal, principal);
  if (statement.NotPrincipal !== undefined) return isExcepted(statement.NotPrincipal, statement.Effect, principal) ? null : 'everyone';
  return null;
}

function matchElement(element: PolicyPrincipal, principal: Principal): PrincipalMatch | null {
  if (element === '*') return 'everyone';
  if (principal.kind === 'service') return asList(element.Service).includes(principal.service) ? 'exact' : null;
  const names = asList(element.AWS);
  if (principal.kind === 'anonymous') return names.includes('*') ? 'everyone' : null;
  if (names.includes(principal.arn)) return 'exact';
  if (principal.kind === 'role-session' && names.includes(principal.roleArn)) return 'role';
  if (names.includes('*')) return 'everyone';
  return accountNames(principal.accountId).some((name) => names.includes(name)) ? 'account' : null;
}

/**
 * A Deny with NotPrincipal spares a caller only when its account, its role and its session (or its user) are all listed.
 * For an Allow one of them is enough, so that in doubt nothing is granted.
 */
function isExcepted(element: PolicyPrincipal, effect: PolicyStatement['Effect'], principal: Principal): boolean {
  if (element === '*') return true;
  if (principal.kind === 'service') return asList(element.Service).includes(principal.service);
  const names = asList(element.AWS);
  if (names.includes('*')) return true;
  if (principal.kind === 'anonymous') return false;
  const listed = [
    accountNames(principal.accountId).some((name) => names.includes(name)),
    names.includes(principal.arn),
    ...(principal.kind === 'role-session' ? [names.includes(principal.roleArn)] : []),
  ];
  return effect === 'Deny' ? listed.every(Boolean) : listed.some(Boolean);
}

function accountNames(accountId: string): readonly string[] {
  return [accountId, `arn:aws:iam::${accountId}:root`];
}
