// The record of one subscriber, `subscriptions/<aliasId>.json`, checked member by member: a record that is half right is no record.

export interface Subscription {
  readonly aliasId: string;
  /** The customer's account, the one the alias's permission was granted to. */
  readonly accountId: string;
  readonly status: 'active' | 'ended';
  readonly productCodes: readonly string[];
  /** Milliseconds since 1970; null: no end is known. In the record ISO 8601, null or absent (a template cannot hold null). */
  readonly endsAtMs: number | null;
}

/** Null where the text is not a record for this alias. */
export function parseSubscription(text: string, aliasId: string): Subscription | null {
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null) return null;
  const { accountId, status, productCodes, endsAt, ...named } = record as Record<string, unknown>;
  if (named.aliasId !== aliasId) return null;
  if (typeof accountId !== 'string' || !/^\d{12}$/.test(accountId)) return null;
  if (status !== 'active' && status !== 'ended') return null;
  if (!Array.isArray(productCodes) || !productCodes.every((code): code is string => typeof code === 'string')) return null;
  const endsAtMs = parseEnd(endsAt);
  return endsAtMs === undefined ? null : { aliasId, accountId, status, productCodes, endsAtMs };
}

/** Undefined where it is not a time: an end that cannot be read must not count as "never". */
function parseEnd(endsAt: unknown): number | null | undefined {
  if (endsAt === null || endsAt === undefined) return null;
  if (typeof endsAt !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(endsAt)) return undefined;
  const endsAtMs = Date.parse(endsAt);
  return Number.isNaN(endsAtMs) ? undefined : endsAtMs;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
