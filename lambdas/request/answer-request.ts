// POST /request: check the caller, check the records, then the model once, and its answer into the bucket byte for byte.
import type { APIGatewayProxyResult } from 'aws-lambda';
import { reserve } from '../aws/reserve.ts';
import { answerCall, type Call, type InvocationContext } from '../http/answer-call.ts';
import { checkCaller } from './check-caller.ts';
import { acquireClaim, releaseClaim } from './claim.ts';
import { invokeModel, type SendInvokeEndpoint } from './invoke-model.ts';
import type { Objects } from './objects.ts';
import { readRequest } from './read-request.ts';
import { type StoredResult, storeResult } from './stored-result.ts';
import type { Work } from './work.ts';

export interface RequestOptions {
  /** The customer's account, the only one whose tokens are good here. */
  readonly ownAccountId: string;
  readonly endpointName: string;
  readonly sendInvokeEndpoint: SendInvokeEndpoint;
  readonly objects: Objects;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** Kept for storing the result when the model takes all the time it is given. */
const storeReserveMs = 5_000;
/** Kept for the release of the claim and for the answer. */
const answerReserveMs = 1_000;

/** 200 `{ requestId, result: { bucket, key, contentType, bytes, records } }`, or an error of request-errors.ts. */
export function createRequest(options: RequestOptions) {
  return async (call: Call, context: InvocationContext): Promise<APIGatewayProxyResult> =>
    answerCall(call, context, async (requestId) => {
      const caller = checkCaller(call.requestContext.authorizer, { ownAccountId: options.ownAccountId, nowMs: options.now() });
      const request = readRequest(call, caller.subject);
      const work: Work = { request, requestId, invocationId: context.awsRequestId, remainingMs: () => context.getRemainingTimeInMillis() };
      const { requestId: originalId, ...result } =
        request.idempotencyHash === null
          ? await run(options, work, work.invocationId)
          : await runOnce(options, work, request.idempotencyHash);
      return { requestId: originalId, result };
    });
}

/** With an Idempotency-Key: only who holds the claim asks the model; everyone else gets the holder's result. */
async function runOnce(options: RequestOptions, work: Work, hash: string): Promise<StoredResult> {
  const claim = await acquireClaim(options, work, hash);
  if (claim.kind === 'finished') return claim.result;
  try {
    return await run(options, work, hash);
  } catch (error) {
    await releaseClaim(options, work, claim.held);
    throw error;
  }
}

/**
 * `resultId` names the object. Without an Idempotency-Key it is Lambda's invocation id: API Gateway's request id can be chosen by
 * the client, and a client must not be able to choose the name of an object.
 */
async function run(options: RequestOptions, work: Work, resultId: string): Promise<StoredResult> {
  const timeLeft = (reserveMs: number) => {
    const remainingMs = work.remainingMs();
    return remainingMs - reserve(reserveMs, remainingMs);
  };
  const answer = await invokeModel(options, work.request, { timeoutMs: timeLeft(storeReserveMs) });
  return storeResult(options.objects, work, { resultId, answer, timeoutMs: timeLeft(answerReserveMs) });
}
