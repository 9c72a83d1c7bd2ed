// A call as the stages before a service would hand it over, made by hand.
import { type AwsFault, fault } from '../../../emulator/aws/fault.ts';
import type { AuthorizationCheck, AwsCall } from '../../../emulator/aws/service.ts';
import type { Principal, RoleSessionPrincipal, UserPrincipal } from '../../../emulator/iam/principal.ts';

export const partnerAccount = '111111111111';
export const customerAccount = '222222222222';

export function userOf(accountId: string, userName = 'ada'): UserPrincipal {
  return {
    kind: 'user',
    accountId,
    userName,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    userId: 'AIDAEXAMPLE',
    policies: [],
    permissionsBoundary: null,
  };
}

export function roleSessionOf(accountId: string, roleName = 'issuer'): RoleSessionPrincipal {
  return {
    kind: 'role-session',
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/session-1`,
    roleArn: `arn:aws:iam::${accountId}:role/path/${roleName}`,
    roleName,
    sessionName: 'session-1',
    userId: 'AROAEXAMPLE:session-1',
    policies: [],
    permissionsBoundary: null,
  };
}

export interface HandMadeCall {
  readonly call: AwsCall;
  /** Every check that was asked, in order. */
  readonly checks: AuthorizationCheck[];
  readonly annotations: object[];
}

export interface CallOptions {
  readonly method?: string;
  readonly rawPath?: string;
  readonly query?: AwsCall['query'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly principal?: Principal;
  readonly authorize?: (check: AuthorizationCheck) => AwsFault | null;
}

export function makeCall(options: CallOptions = {}): HandMadeCall {
  const checks: AuthorizationCheck[] = [];
  const annotations: object[] = [];
  const call: AwsCall = {
    method: options.method ?? 'POST',
    rawPath: options.rawPath ?? '/',
    query: options.query ?? [],
    headers: new Map(Object.entries(options.headers ?? {})),
    body: Buffer.from(options.body ?? ''),
    principal: options.principal ?? userOf(partnerAccount),
    requestId: '8b7a3c52-0000-4000-8000-000000000001',
    region: 'us-east-1',
    receivedAt: Date.UTC(2026, 10, 22),
    signal: new AbortController().signal,
    authorize(check) {
      checks.push(check);
      return options.authorize?.(check) ?? null;
    },
    annotate: (fields) => annotations.push(fields),
  };
  return { call, checks, annotations };
}

export function denied(message = 'no'): AwsFault {
  return fault(400, 'AccessDeniedException', message);
}
