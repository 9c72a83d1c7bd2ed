// The second argument of a handler.
import type { RuntimeRequest } from './protocol.ts';

/** Members and their types as aws-lambda-ric 4.0.2 builds them: memoryLimitInMB is a string, absent ones are undefined. */
export function invocationContext(request: RuntimeRequest): Record<string, unknown> {
  return {
    clientContext: request.clientContext === undefined ? undefined : JSON.parse(request.clientContext),
    identity: undefined,
    invokedFunctionArn: request.invokedFunctionArn,
    awsRequestId: request.requestId,
    tenantId: undefined,
    xRayTraceId: request.traceHeader,
    getRemainingTimeInMillis: () => request.deadlineMs - Date.now(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}
