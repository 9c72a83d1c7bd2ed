// Which access key belongs to whom. Filled for each user and each environment of a function; asked by every signature check.
import { randomBytes, randomInt } from 'node:crypto';
import type { Credentials, RoleSessionPrincipal, UserPrincipal } from './principal.ts';

export interface IssuedCredentials {
  readonly principal: UserPrincipal | RoleSessionPrincipal;
  readonly credentials: Credentials;
}

export interface CredentialStore {
  /** New random keys: AKIA… for a user; ASIA… with a session token for a role session. They do not expire: whoever had them issued revokes them. */
  issue(principal: UserPrincipal | RoleSessionPrincipal): Credentials;
  find(accessKeyId: string): IssuedCredentials | undefined;
  /** Nobody is known by this key any more, as if its session had expired. Nothing happens where it is unknown. */
  revoke(accessKeyId: string): void;
}

/** AWS's key ids are base 32 without 0, 1, 8, 9. Source: IAM reference, "IAM identifiers", unique identifiers. */
const keyIdAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function createCredentialStore(): CredentialStore {
  const issued = new Map<string, IssuedCredentials>();
  return {
    issue(principal) {
      const isSession = principal.kind === 'role-session';
      const credentials: Credentials = {
        accessKeyId: newKeyId(isSession ? 'ASIA' : 'AKIA'),
        secretAccessKey: randomBytes(30).toString('base64'),
        ...(isSession && { sessionToken: randomBytes(192).toString('base64') }),
      };
      issued.set(credentials.accessKeyId, { principal, credentials });
      return credentials;
    },
    find: (accessKeyId) => issued.get(accessKeyId),
    revoke: (accessKeyId) => void issued.delete(accessKeyId),
  };
}

function newKeyId(prefix: 'AKIA' | 'ASIA'): string {
  return prefix + Array.from({ length: 16 }, () => keyIdAlphabet.charAt(randomInt(keyIdAlphabet.length))).join('');
}
