// The request that a pact is going to repeat: read from a state's parameters, and sent to the customer's API as an application would.

import type { StateChange } from '../../contracts/provider-states.ts';
import { ProviderStateRefused } from '../control/provider-state-change.ts';

export interface RepeatedRequest {
  readonly idempotencyKey: string;
  readonly contentType: string;
  readonly body: string;
}

/** What the customer's function has at most, and a little. */
const answerTimeoutMs = 30_000;
/** Field-content of RFC 9110, section 5.5. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const sampleBody = JSON.stringify({ records: [{ id: 'c-0001' }] });

/** `body` is the text as it will be sent; a JSON value is sent without blanks. @throws ProviderStateRefused BAD_PARAMS */
export function readRepeatedRequest(params: StateChange['params'], needsBody: boolean): RepeatedRequest {
  const { idempotencyKey, contentType = 'application/json', body } = params;
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '') throw badParams('idempotencyKey must be a text');
  if (typeof contentType !== 'string' || contentType === '') throw badParams('contentType must be a text');
  for (const [name, value] of Object.entries({ idempotencyKey, contentType }))
    if (!headerValue.test(value)) throw badParams(`${name} has a character that no header can carry`);
  if (body === undefined || body === null) {
    if (needsBody) throw badParams('body must be there: the request as it will be repeated');
    return { idempotencyKey, contentType: 'application/json', body: sampleBody };
  }
  return { idempotencyKey, contentType, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/**
 * Another request of the same form, whose records are as good for the model as the first one's: the last record comes twice.
 * @throws ProviderStateRefused BAD_PARAMS where the body is JSON without records
 */
export function anotherRequest(request: RepeatedRequest): RepeatedRequest {
  const { contentType, body } = request;
  if (!/^application\/json\b/i.test(contentType)) {
    const lines = body.trimEnd().split('\n');
    return { ...request, body: `${[...lines, lines.at(-1) ?? ''].join('\n')}\n` };
  }
  const records = recordsOf(body);
  if (records === null) throw badParams('body must be JSON with a list "records"');
  return { ...request, body: JSON.stringify({ records: [...records, records.at(-1)] }) };
}

/** Rejects where there is no answer. */
export async function sendRequest(
  apiUrl: string,
  { idempotencyKey, contentType, body }: RepeatedRequest,
  { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${apiUrl}/request`, {
    method: 'POST',
    headers: { 'content-type': contentType, authorization: `Bearer ${token}`, 'idempotency-key': idempotencyKey },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
  });
  return { status: response.status, text: await response.text() };
}

/** `code` of an error body of ours, else nothing: the rest may repeat what was sent. */
export function notAnswered({ status, text }: { readonly status: number; readonly text: string }, wanted = 200): ProviderStateRefused {
  const [, code = ''] = /"code":"([A-Z_]{1,60})"/.exec(text) ?? [];
  const message = `The request of this state was answered ${status} ${code}`.trimEnd();
  return new ProviderStateRefused('STATE_NOT_SET', `${message}, not ${wanted}.`);
}

function badParams(message: string): ProviderStateRefused {
  return new ProviderStateRefused('BAD_PARAMS', `params: ${message}.`);
}

function recordsOf(body: string): readonly unknown[] | null {
  try {
    const { records } = (JSON.parse(body) ?? {}) as { records?: unknown };
    return Array.isArray(records) && records.length > 0 ? records : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
