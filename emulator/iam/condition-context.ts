// The condition keys of one request: what the caller says of it, and what the principal and the resource imply.
import type { Principal } from './principal.ts';

/** Condition keys in any case, e.g. { 's3:prefix': 'a/', 'aws:SourceIp': '127.0.0.1' }. */
export type ContextValues = Readonly<Record<string, string | readonly string[]>>;

export interface ConditionContext {
  /** The values of a key in any case; undefined where the request has no such key. */
  values(key: string): readonly string[] | undefined;
}

/** Later sources go before earlier ones. They are asked for with the first key: most statements have neither a condition nor a variable. */
export function createConditionContext(sources: () => readonly ContextValues[]): ConditionContext {
  let byKey: Map<string, readonly string[]> | null = null;
  const read = () => {
    const values = new Map<string, readonly string[]>();
    for (const source of sources()) {
      for (const [key, value] of Object.entries(source)) values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
    }
    return values;
  };
  return {
    values(key) {
      byKey ??= read();
      return byKey.get(key.toLowerCase());
    },
  };
}

/**
 * The aws:* keys that follow from who calls and whose resource it is. Source: IAM user guide, "Global condition keys".
 * For a role session aws:PrincipalArn is the role's ARN, not the session's.
 */
export function principalContext(principal: Principal, resourceAccountId: string): ContextValues {
  const always = { 'aws:ResourceAccount': resourceAccountId, 'aws:ViaAWSService': 'false' };
  switch (principal.kind) {
    case 'user':
      return {
        ...always,
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': principal.accountId,
        'aws:PrincipalType': 'User',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': principal.userId,
        'aws:username': principal.userName,
      };
    case 'role-session':
      return {
        ...always,
        'aws:PrincipalArn': principal.roleArn,
        'aws:PrincipalAccount': principal.accountId,
        'aws:PrincipalType': 'AssumedRole',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': principal.userId,
      };
    case 'service':
      return {
        ...always,
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': principal.service,
        'aws:SourceArn': principal.sourceArn,
        'aws:SourceAccount': principal.sourceAccount,
      };
    case 'anonymous':
      return { ...always, 'aws:PrincipalType': 'Anonymous', 'aws:PrincipalIsAWSService': 'false', 'aws:userid': 'anonymous' };
  }
}
