// The frame around init and request: runs the steps, turns what they return or throw into a proxy answer, writes the one log line.
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { errorLabel } from '../aws/error-label.ts';
import { logLine } from '../log/log-line.ts';
import { HttpError } from './http-error.ts';

/** What the handlers read of API Gateway's event and of Lambda's context, and nothing else. */
export type Call = Pick<APIGatewayProxyEvent, 'httpMethod' | 'pathParameters' | 'headers' | 'body' | 'isBase64Encoded' | 'requestContext'>;
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** What a step answers with where nothing is wrong. */
export interface CallAnswer {
  readonly status: number;
  /** Becomes JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** Answers with what `run` returns, or the error it throws in our error shape. Rejects never. */
export async function answerCall(
  call: Call,
  context: InvocationContext,
  run: (requestId: string) => Promise<CallAnswer>,
): Promise<APIGatewayProxyResult> {
  const beganAtMs = performance.now();
  const requestId = requestIdOf(call, context);
  const finish = (result: APIGatewayProxyResult, code: string, cause?: unknown) => {
    logLine({
      code,
      status: result.statusCode,
      requestId,
      invocationId: context.awsRequestId,
      durationMs: Math.round(performance.now() - beganAtMs),
      ...(cause === undefined ? {} : { cause: errorLabel(cause) }),
    });
    return result;
  };
  try {
    const { status, body, headers: extra } = await run(requestId);
    return finish({ statusCode: status, headers: { ...headers, ...extra }, body: JSON.stringify(body) }, 'OK');
  } catch (error) {
    const known = error instanceof HttpError ? error : internalError(error);
    return finish(errorResult(known, requestId), known.code, known.cause);
  }
}

function errorResult({ status, code, message, headers: extra }: HttpError, requestId: string): APIGatewayProxyResult {
  return { statusCode: status, headers: { ...headers, ...extra }, body: JSON.stringify({ error: { code, message, requestId } }) };
}

function internalError(cause: unknown): HttpError {
  return new HttpError({ status: 500, code: 'INTERNAL_ERROR', message: 'The request could not be handled.' }, { cause });
}

/**
 * API Gateway's request id, the one in the x-amzn-RequestId header and in the gateway's own errors. A client can choose it
 * (AWS, "$context.requestId": "clients can override this request ID"), so it is shown but names nothing, and a strange one is replaced.
 */
function requestIdOf(call: Call, context: InvocationContext): string {
  const { requestId } = call.requestContext;
  return typeof requestId === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(requestId) ? requestId : context.awsRequestId;
}
