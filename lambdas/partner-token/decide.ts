// May this subscriber have a token for this product, and until when. Pure.
import type { Subscription } from './parse-subscription.ts';

export type RefusalReason = 'SUBSCRIPTION_NOT_FOUND' | 'SUBSCRIPTION_ENDED' | 'PRODUCT_NOT_SUBSCRIBED';

export type Decision =
  | { readonly ok: true; readonly accountId: string /** Seconds since 1970. */; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: RefusalReason };

/** A token never outlives the subscription: its end cuts the lifetime. Times in seconds since 1970. */
export function decide(
  subscription: Subscription | null,
  { productCode, issuedAt, lifetimeSeconds }: { readonly productCode: string; readonly issuedAt: number; readonly lifetimeSeconds: number },
): Decision {
  if (subscription === null) return { ok: false, reason: 'SUBSCRIPTION_NOT_FOUND' };
  const endsAt = subscription.endsAtMs === null ? Number.POSITIVE_INFINITY : Math.floor(subscription.endsAtMs / 1_000);
  if (subscription.status !== 'active' || endsAt <= issuedAt) return { ok: false, reason: 'SUBSCRIPTION_ENDED' };
  if (!subscription.productCodes.includes(productCode)) return { ok: false, reason: 'PRODUCT_NOT_SUBSCRIBED' };
  return { ok: true, accountId: subscription.accountId, expiresAt: Math.min(issuedAt + lifetimeSeconds, endsAt) };
}
