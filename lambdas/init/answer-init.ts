// POST /init: check the body, ask the partner's function at this subscriber's alias, check its answer. Sees no customer data.
import type { APIGatewayProxyResult } from 'aws-lambda';
import { reserve } from '../aws/reserve.ts';
import { answerCall, type Call, type InvocationContext } from '../http/answer-call.ts';
import { checkPartnerAnswer } from './check-partner-answer.ts';
import { invokePartner, type SendInvoke } from './invoke-partner.ts';
import { readInitRequest } from './read-init-request.ts';

export interface InitOptions {
  /** With this subscriber's alias as the qualifier. */
  readonly partnerFunctionArn: string;
  readonly send: SendInvoke;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Time kept for the answer and the log when the partner does not answer. */
const answerReserveMs = 500;

/** 200 `{ token, tokenType: "Bearer", expiresAt }`, or an error of init-errors.ts. */
export function createInit(options: InitOptions) {
  return async (call: Call, context: InvocationContext): Promise<APIGatewayProxyResult> =>
    answerCall(call, context, async () => {
      const request = readInitRequest(call);
      const remainingMs = context.getRemainingTimeInMillis();
      const payload = await invokePartner(options, request, { timeoutMs: remainingMs - reserve(answerReserveMs, remainingMs) });
      const { token, expiresAt } = checkPartnerAnswer(payload, options.now());
      return { status: 200, body: { token, tokenType: 'Bearer', expiresAt } };
    });
}
