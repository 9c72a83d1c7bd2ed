// airlock/client: the customer's application asks the embedded identity service. Gets a token, keeps it, sends records, repeats safely.
import {
  type CallOptions,
  type RequestOptions,
  readCallOptions,
  readRequestOptions,
  readWaitOptions,
  type WaitOptions,
} from './call-options.ts';
import { callWithToken, type TokenCall } from './call-with-token.ts';
import { type IdentityClientOptions, resolveClientOptions } from './client-options.ts';
import { exchange } from './exchange.ts';
import {
  type FinishedRequest,
  type InitAnswer,
  isRequestId,
  type RequestAnswer,
  type RequestStatus,
  readInitAnswer,
  readRequestAnswer,
  readRequestStatus,
  readSubmittedRequest,
  type SubmittedRequest,
} from './read-answers.ts';
import { repeat } from './repeat.ts';
import {
  type IdentityRequestInput,
  type LargeRequestInput,
  type RequestBody,
  writeInputLocation,
  writeRequestBody,
} from './request-body.ts';
import { signInit } from './sign-init.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { type Look, waitUntilFinished } from './wait-until-finished.ts';

export type { AwsCredentials } from './aws-credentials.ts';
export type { CallOptions, RequestOptions, WaitOptions } from './call-options.ts';
export type { IdentityClientOptions } from './client-options.ts';
export type { AnswerErrorCode, GatewayErrorCode, IdentityErrorCode, ServiceErrorCode } from './error-codes.ts';
export { IdentityApiError } from './identity-api-error.ts';
export { IdentityNetworkError, type NetworkErrorCode } from './identity-network-error.ts';
export type {
  FailedRequest,
  FinishedRequest,
  InitAnswer,
  RequestAnswer,
  RequestResult,
  RequestState,
  RequestStatus,
  SubmittedRequest,
  SucceededRequest,
  UnfinishedRequest,
} from './read-answers.ts';
export type { IdentityRequestInput, LargeRequestInput, RecordsContentType } from './request-body.ts';

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
  /**
   * Names an object in the results bucket (under inputs/) that holds the records, for more of them than a call can carry. Resolves when the
   * work is accepted; waitForRequest() tells what comes of it. Repeated as request() is.
   * @throws as request()
   */
  submitRequest(input: LargeRequestInput, options?: RequestOptions | null): Promise<SubmittedRequest>;
  /**
   * How far a submitted request is. One that was sent with request() has its result at once and is not found here.
   * @throws IdentityApiError (REQUEST_NOT_FOUND, those of /init too), IdentityNetworkError, the signal's reason; TypeError for an id that is none
   */
  getRequest(requestId: string, options?: CallOptions | null): Promise<RequestStatus>;
  /**
   * Looks until the request has SUCCEEDED or FAILED: resolves with either, since the call itself did what it was to. Pauses double from
   * 0.2 s to 10 s, half of each at random, and Retry-After comes on top; each look is repeated as any other call.
   * @throws as getRequest(); IdentityNetworkError WAIT_TIMED_OUT where `timeoutMs` is over, and what `onProgress` throws
   */
  waitForRequest(requestId: string, options?: WaitOptions | null): Promise<FinishedRequest>;
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
            {
              operation: 'POST /init',
              goodStatus: 200,
              prepare: () => signInit(resolved, { url: urls.init, productCode }),
              read: readInitAnswer,
            },
            signal,
          ),
        signal,
      ),
  });
  const call = <Value>(tokenCall: TokenCall<Value>, signal: AbortSignal) =>
    repeat(resolved, callWithToken(resolved, tokens, tokenCall, signal), signal);
  const post = ({ contentType, body }: RequestBody, idempotencyKey: string) => ({
    operation: 'POST /request',
    call: {
      url: urls.request.href,
      headers: { 'content-type': contentType, accept: 'application/json', 'idempotency-key': idempotencyKey },
      body,
    },
  });
  const look = (requestId: string, signal: AbortSignal) =>
    call<Look>(
      {
        // For messages, which hold nothing but this package's own words: not the id.
        operation: 'GET /request/{requestId}',
        goodStatus: 200,
        call: { url: `${urls.request.href}/${checkRequestId(requestId)}`, headers: { accept: 'application/json' }, body: null },
        read: (text, retryAfterMs) => withRetryAfter(readRequestStatus(text), retryAfterMs),
      },
      signal,
    );
  return {
    init: async (options) => tokens.fetch(readCallOptions(options)),
    async request(input, options) {
      const { idempotencyKey, signal } = readRequestOptions(options);
      return call({ ...post(writeRequestBody(input), idempotencyKey), goodStatus: 200, read: readRequestAnswer }, signal);
    },
    async submitRequest(input, options) {
      const { idempotencyKey, signal } = readRequestOptions(options);
      return call({ ...post(writeInputLocation(input), idempotencyKey), goodStatus: 202, read: readSubmittedRequest }, signal);
    },
    async getRequest(requestId, options) {
      return (await look(requestId, readCallOptions(options))).status;
    },
    async waitForRequest(requestId, options) {
      const waiting = readWaitOptions(options);
      return waitUntilFinished(resolved, (signal) => look(requestId, signal), waiting);
    },
  };
}

function withRetryAfter(status: RequestStatus | null, retryAfterMs: number | null): Look | null {
  return status === null ? null : { status, retryAfterMs };
}

/** Also so that nothing but an id gets into the path. */
function checkRequestId(requestId: string): string {
  if (isRequestId(requestId)) return requestId;
  throw new TypeError('requestId must be the id that submitRequest() resolved with');
}
