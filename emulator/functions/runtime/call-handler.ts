// One call of the handler: nodejs24 awaits what it returns; nodejs22 and older know callbacks too.
import type { Handler } from './load-handler.ts';
import { promiseNeverSettled, runtimeError } from './runtime-errors.ts';

export type CallHandler = (handler: Handler, event: unknown, context: Record<string, unknown>) => Promise<unknown>;

/** A promise that never settles runs into the function's timeout: the timer keeps the worker's loop from ending. */
export const awaitHandler: CallHandler = async (handler, event, context) => {
  const keepAlive = setInterval(() => {}, 2 ** 30);
  try {
    return await handler(event, context);
  } finally {
    clearInterval(keepAlive);
  }
};

/**
 * Source: aws-lambda-nodejs-runtime-interface-client 3.3, Runtime and CallbackContext. An empty event loop ends the
 * invocation: as Runtime.NodeJsExit for an async handler, with null for one that never called back.
 * Known gap: callbackWaitsForEmptyEventLoop is there but always acts as if it were false.
 */
export const callbackHandler: CallHandler = (handler, event, context) =>
  new Promise((resolve, reject) => {
    const done = (error: unknown, result?: unknown) => (error === undefined || error === null ? resolve(result) : reject(error));
    const isAsync = handler.constructor.name === 'AsyncFunction';
    const onEmptyLoop = () => (isAsync ? reject(runtimeError('Runtime.NodeJsExit', promiseNeverSettled)) : resolve(null));
    process.once('beforeExit', onEmptyLoop);
    const settled = () => process.removeListener('beforeExit', onEmptyLoop);
    const { xRayTraceId: _, ...olderContext } = context;
    const result = handler(event, { ...olderContext, callbackWaitsForEmptyEventLoop: true, succeed: resolve, fail: reject, done }, done);
    if (isThenable(result)) result.then(resolve, reject).then(settled);
  });

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
