// GET /request/{requestId} as an application asks it, for states that wait until a request has come somewhere.
import { ProviderStateRefused } from '../control/provider-state-change.ts';

const answerTimeoutMs = 10_000;

/** Null where the API knows no such request. @throws ProviderStateRefused STATE_NOT_SET; rejects where there is no answer */
export async function lookAtRequest(apiUrl: string | null, requestId: string, token: string): Promise<string | null> {
  if (apiUrl === null) throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no API.');
  const response = await fetch(`${apiUrl}/request/${encodeURIComponent(requestId)}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  const text = await response.text();
  if (response.status === 404) return null;
  if (response.status !== 200) {
    throw new ProviderStateRefused('STATE_NOT_SET', `The request of this state was looked for, and the answer was ${response.status}.`);
  }
  return String((JSON.parse(text) as { state?: unknown }).state);
}
