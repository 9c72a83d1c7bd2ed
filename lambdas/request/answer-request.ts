// POST /request: check the caller, check the records, then the model once, and its answer into the bucket byte for byte. Records that are in
// the bucket already go to the worker, and GET /request/{requestId} tells how far it is.
import type { APIGatewayProxyResult } from 'aws-lambda';
import { reserve } from '../aws/reserve.ts';
import { answerCall, type Call, type CallAnswer, type InvocationContext } from '../http/answer-call.ts';
import { type Caller, checkCaller } from './check-caller.ts';
import { acquireClaim, releaseClaim } from './claim.ts';
import { invokeModel, type SendInvokeEndpoint } from './invoke-model.ts';
import { lookUpRequest } from './look-up-request.ts';
import type { Objects } from './objects.ts';
import { type IdentityRequest, readRequest } from './read-request.ts';
import { findResult, type StoredResult, storeResult } from './stored-result.ts';
import { type SubmitOptions, submitLargeRequest } from './submit-large-request.ts';
import type { Work } from './work.ts';

export interface RequestOptions extends SubmitOptions {
  /** The customer's account, the only one whose tokens are good here. */
  readonly ownAccountId: string;
  readonly endpointName: string;
  readonly sendInvokeEndpoint: SendInvokeEndpoint;
  /** The results bucket; what fails there is told as RESULT_NOT_STORED. */
  readonly objects: Objects;
}

/** Kept for storing the result when the model takes all the time it is given. */
const storeReserveMs = 5_000;
/** Kept for the release of the claim and for the answer. */
const answerReserveMs = 1_000;

/**
 * - POST with records: 200 `{ requestId, result: { bucket, key, contentType, bytes, records } }`.
 * - POST with an inputLocation: 202 `{ requestId, state }`, and in Location where to ask.
 * - GET: 200 with a RequestView.
 *
 * Or an error of request-errors.ts.
 */
export function createRequest(options: RequestOptions) {
  return async (call: Call, context: InvocationContext): Promise<APIGatewayProxyResult> =>
    answerCall(call, context, async (requestId): Promise<CallAnswer> => {
      const caller = checkCaller(call.requestContext.authorizer, { ownAccountId: options.ownAccountId, nowMs: options.now() });
      const work = { requestId, invocationId: context.awsRequestId, remainingMs: () => context.getRemainingTimeInMillis() };
      return call.httpMethod === 'GET' ? answerGet(options, call, { caller, work }) : answerPost(options, call, { caller, work });
    });
}

interface Asked {
  readonly caller: Caller;
  readonly work: Omit<Work, 'request'>;
}

async function answerGet({ states }: RequestOptions, { pathParameters }: Call, { caller, work }: Asked): Promise<CallAnswer> {
  const timeoutMs = timeLeft(work, answerReserveMs);
  return { status: 200, body: await lookUpRequest(states, { requestId: pathParameters?.requestId, caller, timeoutMs }) };
}

async function answerPost(options: RequestOptions, call: Call, { caller, work }: Asked): Promise<CallAnswer> {
  const request = readRequest(call, caller.subject);
  if (request.kind === 'location') {
    const { requestId, progress } = await submitLargeRequest(options, { ...work, request, subject: caller.subject });
    // With the stage or the base path in it, which a client has to call and `path` does not have.
    const Location = `${call.requestContext.path.replace(/\/$/, '')}/${requestId}`;
    return { status: 202, headers: { Location }, body: { requestId, state: progress } };
  }
  const { requestId, ...result } = await answerRecords(options, { ...work, request });
  return { status: 200, body: { requestId, result } };
}

async function answerRecords(options: RequestOptions, work: Work<IdentityRequest>): Promise<StoredResult> {
  const { idempotencyHash } = work.request;
  return idempotencyHash === null ? run(options, work, work.invocationId) : runOnce(options, work, idempotencyHash);
}

/** With an Idempotency-Key: only who holds the claim asks the model; everyone else gets the holder's result. */
async function runOnce(options: RequestOptions, work: Work, hash: string): Promise<StoredResult> {
  const { requestHash } = work.request;
  const claim = await acquireClaim(options, work, {
    hash,
    find: (timeoutMs) => findResult(options.objects, { resultId: hash, requestHash, timeoutMs }),
  });
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
  const answer = await invokeModel(options, work.request, { timeoutMs: timeLeft(work, storeReserveMs) });
  return storeResult(options.objects, work, { resultId, answer, timeoutMs: timeLeft(work, answerReserveMs) });
}

function timeLeft({ remainingMs }: Pick<Work, 'remainingMs'>, reserveMs: number): number {
  const leftMs = remainingMs();
  return leftMs - reserve(reserveMs, leftMs);
}
