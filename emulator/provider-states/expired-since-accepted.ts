// A token that the authorizer has let through and keeps its answer for, while the token's own time ends.
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import type { TokenIssuer } from './issue-token.ts';

export interface ExpiredTokenParts {
  readonly tokens: TokenIssuer;
  /** With its stage; null where the templates have no API. */
  readonly apiUrl: string | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The first one is enough for functions that are warm, the others for those that start first. */
const lifetimesSeconds = [2, 5, 10] as const;
const answerTimeoutMs = 15_000;

/**
 * The compact token, expired now.
 * @throws ProviderStateRefused STATE_NOT_SET where the API does not let a valid token through
 */
export async function expiredSinceAccepted({ tokens, apiUrl, clock, signal }: ExpiredTokenParts): Promise<string> {
  if (apiUrl === null) throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no API.');
  for (const lifetimeSeconds of lifetimesSeconds) {
    // Whole seconds, as tokens have them: the lifetime is up to one second shorter.
    const expiresAt = Math.floor(clock.now() / 1_000) + lifetimeSeconds;
    const token = await tokens.issue({ expiresAt });
    if (!(await isLetThrough(apiUrl, token, signal))) continue;
    await delay(Math.max(0, expiresAt * 1_000 - clock.now()) + 1, undefined, { signal });
    return token;
  }
  throw new ProviderStateRefused('STATE_NOT_SET', 'The API does not let a token through that is valid for a few seconds.');
}

/** By a call that ends after the authorizer: it holds no record, so no model is asked. */
async function isLetThrough(apiUrl: string, token: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`${apiUrl}/request`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${token}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
  });
  await response.body?.cancel();
  return response.status === 400;
}
