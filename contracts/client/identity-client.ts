// airlock/client: the customer's application asks the embedded identity service. Gets a token, keeps it, sends records, repeats safely.
import { type CallOptions, type RequestOptions, readCallOptions, readRequestOptions } from './call-options.ts';
import { type IdentityClientOptions, type ResolvedClientOptions, resolveClientOptions } from './client-options.ts';
import { exchange, type PreparedCall } from './exchange.ts';
import { type InitAnswer, type RequestAnswer, readInitAnswer, readRequestAnswer } from './read-answers.ts';
import { type Outcome, repeat } from './repeat.ts';
import { type IdentityRequestInput, type RequestBody, writeRequestBody } from './request-body.ts';
import { signInit } from './sign-init.ts';
import { createTokenKeeper, type TokenKeeper } from './token-keeper.ts';

export type { AwsCredentials } from './aws-credentials.ts';
export type { CallOptions, RequestOptions } from './call-options.ts';
export type { IdentityClientOptions } from './client-options.ts';
export type { AnswerErrorCode, GatewayErrorCode, IdentityErrorCode, ServiceErrorCode } from './error-codes.ts';
export { IdentityApiError } from './identity-api-error.ts';
export { IdentityNetworkError, type NetworkErrorCode } from './identity-network-error.ts';
export type { InitAnswer, RequestAnswer } from './read-answers.ts';
export type { IdentityRequestInput, RecordsContentType } from './request-body.ts';

/**
 * There is nothing to close: between calls it holds no connection, timer or file. Only a renewal of the token that was started by the last
 * request may still be on its way; it keeps the process no longer than `timeoutMs`.
 */
export interface IdentityClient {
  /**
   * Asks for a new token, whatever is kept, and keeps it for the requests that follow. request() does this by itself.
   * @throws IdentityApiError, IdentityNetworkError, the signal's reason, what the credentials' function throws; TypeError for wrong options
   */
  init(options?: CallOptions | null): Promise<InitAnswer>;
  /**
   * Sends records to the model; the answer says where its result is. Repeated with the same idempotency key where that may help.
   * @throws IdentityApiError (of /init too), IdentityNetworkError, the signal's reason; TypeError for an input that cannot be sent
   */
  request(input: IdentityRequestInput, options?: RequestOptions | null): Promise<RequestAnswer>;
}

/** @throws TypeError where an option is wrong */
export function createIdentityClient(options: IdentityClientOptions): IdentityClient {
  const resolved = resolveClientOptions(options);
  const { productCode, urls } = resolved;
  const tokens = createTokenKeeper({
    now: resolved.now,
    renewBeforeMs: resolved.renewBeforeMs,
    fetchToken: ({ once, signal }) =>
      repeat(
        once ? { ...resolved, attemptsMax: 1 } : resolved,
        () =>
          exchange(
            resolved,
            { operation: 'POST /init', prepare: () => signInit(resolved, { url: urls.init, productCode }), read: readInitAnswer },
            signal,
          ),
        signal,
      ),
  });
  return {
    init: async (options) => tokens.fetch(readCallOptions(options)),
    async request(input, options) {
      const { idempotencyKey, signal } = readRequestOptions(options);
      const body = writeRequestBody(input);
      return repeat(resolved, sender(resolved, { tokens, body, idempotencyKey, signal }), signal);
    },
  };
}

interface Sending {
  readonly tokens: TokenKeeper;
  readonly body: RequestBody;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** One attempt at /request, with a new token in between if a kept one is refused; that happens once in all attempts. */
function sender(options: ResolvedClientOptions, { tokens, body, idempotencyKey, signal }: Sending): () => Promise<Outcome<RequestAnswer>> {
  let replaced = false;
  const post = async (token: string): Promise<Outcome<RequestAnswer>> => {
    const call: PreparedCall = {
      url: options.urls.request.href,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': body.contentType,
        accept: 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: body.body,
    };
    const outcome = await exchange(options, { operation: 'POST /request', prepare: async () => call, read: readRequestAnswer }, signal);
    if (wasRefused(outcome)) tokens.forget(token);
    return outcome;
  };
  return async () => {
    const inHand = await tokens.take(signal);
    const outcome = await post(inHand.token);
    if (!wasRefused(outcome) || inHand.isNew || replaced) return outcome;
    replaced = true;
    return post((await tokens.replace(inHand.token, signal)).token);
  };
}

function wasRefused(outcome: Outcome<RequestAnswer>): boolean {
  return !outcome.ok && 'status' in outcome.error && outcome.error.status === 401;
}
