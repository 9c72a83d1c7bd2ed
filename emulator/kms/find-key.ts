// From what a caller writes as KeyId (id, key ARN, alias, alias ARN) to a key of the deployment.
import { type AwsFault, fault } from '../aws/fault.ts';
import type { Key } from '../template/deployment.ts';

export type FoundKey =
  /** `alias` is the alias the caller used, for kms:RequestAlias. */
  | { readonly kind: 'found'; readonly key: Key; readonly alias: string | null }
  /** Nothing there, in an account that is not the caller's: who asks must not learn that. */
  | { readonly kind: 'absentInOtherAccount'; readonly arn: string; readonly accountId: string };

export interface KeySearch {
  readonly keys: readonly Key[];
  readonly region: string;
  readonly keyId: string;
  /** An id or alias without an ARN means the caller's own. */
  readonly callerAccountId: string;
}

const arnPattern = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):(\d{12}):((?:key|alias)\/.+)$/;
/** A UUID, or mrk- and 32 hex digits. */
const keyIdPattern = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i;

export function findKey({ keys, region, keyId, callerAccountId }: KeySearch): FoundKey | AwsFault {
  const [, arnRegion, arnAccount, arnResource] = arnPattern.exec(keyId) ?? [];
  if (arnRegion !== undefined && arnRegion !== region) return notFound(`Invalid arn ${arnRegion}`);
  const accountId = arnAccount ?? callerAccountId;
  const resource = arnResource ?? (keyId.startsWith('alias/') ? keyId : `key/${keyId}`);
  const alias = resource.startsWith('alias/') ? resource : null;
  const id = resource.slice('key/'.length);
  const key = keys.find(
    (candidate) => candidate.accountId === accountId && (alias === null ? candidate.keyId === id : candidate.aliases.includes(alias)),
  );
  if (key) return { kind: 'found', key, alias };
  const arn = `arn:aws:kms:${region}:${accountId}:${resource}`;
  if (accountId !== callerAccountId) return { kind: 'absentInOtherAccount', arn, accountId };
  if (alias !== null) return notFound(`Alias ${arn} is not found.`);
  return notFound(keyIdPattern.test(id) ? `Key '${arn}' does not exist` : `Invalid keyId '${id}'`);
}

function notFound(message: string): AwsFault {
  return fault(400, 'NotFoundException', message);
}
