// Runs inside a worker: load the handler once, then take one request at a time. Between requests the whole thread sleeps, so
// timers and sockets of the handler stand still and go on in the next invocation, as in Lambda's frozen environments.
import module from 'node:module';
import { getHeapStatistics } from 'node:v8';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { functionResponseBytesMax } from '../../limits.ts';
import { openLogRing } from '../log-ring.ts';
import { awaitHandler, callbackHandler } from './call-handler.ts';
import { captureOutput } from './capture-output.ts';
import { errorLogLine, errorPayload } from './error-payload.ts';
import { invocationContext } from './invocation-context.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import type { RuntimeData, RuntimeMessage, RuntimeRequest } from './protocol.ts';
import { runtimeError } from './runtime-errors.ts';
import { provideSdk } from './sdk-fallback.ts';

/** Ours: lines of one invocation that go to Airlock's log; the handler cannot flood it. */
const forwardedLinesMax = 1_000;

const data = { ...(workerData as RuntimeData) };
// The handler may import workerData too: it finds nothing there.
for (const key of Object.keys(workerData)) delete workerData[key];

const requests = new Int32Array(data.requests);
const log = openLogRing(data.log);
let requestId = '-';
let forwardedLines = 0;

const logError = captureOutput({
  write(text) {
    log.write(text);
    if (data.forwardLog && forwardedLines++ < forwardedLinesMax) post({ kind: 'log', requestId, text: text.trimEnd() });
  },
  requestId: () => requestId,
});
module.setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
if (data.sdkParentUrl !== null) provideSdk(data.sdkParentUrl);
refuseStreaming();
keepSignalsInside();
if (data.nodeMajor < 24) reportWhatIsNotCaught();

const handler = await initialise();
if (handler) await serve(handler);

async function initialise(): Promise<Handler | null> {
  try {
    const loaded = await loadHandler(data);
    post({ kind: 'ready' });
    return loaded;
  } catch (error) {
    logError('Init Error', errorLogLine(error));
    post({ kind: 'initFailed', error: errorPayload(error) });
    return null;
  }
}

async function serve(handler: Handler): Promise<never> {
  for (let served = 0; ; served += 1) {
    // A wait can end though nothing was counted: the notification for the last request may come after that request was seen.
    while (Atomics.load(requests, 0) === served) Atomics.wait(requests, 0, served);
    const received = receiveMessageOnPort(data.port) as { message: RuntimeRequest } | undefined;
    if (!received) throw new Error('The host counted a request that it did not post.');
    post(await answer(handler, received.message));
  }
}

async function answer(handler: Handler, request: RuntimeRequest): Promise<RuntimeMessage> {
  requestId = request.requestId;
  forwardedLines = 0;
  process.env._X_AMZN_TRACE_ID = request.traceHeader;
  const call = data.nodeMajor < 24 ? callbackHandler : awaitHandler;
  try {
    const result = await call(handler, JSON.parse(request.payload), invocationContext(request));
    await turnOfTheLoop();
    const payload = stringify(result);
    const tooLarge = responseTooLarge(payload);
    if (tooLarge) return { kind: 'unserialisable', error: tooLarge, heapBytes: heapBytes(request) };
    return { kind: 'returned', payload, heapBytes: heapBytes(request) };
  } catch (error) {
    await turnOfTheLoop();
    logError('Invoke Error', errorLogLine(error));
    const isStringify = error instanceof Error && error.name === 'Runtime.JSONStringifyError';
    return { kind: isStringify ? 'unserialisable' : 'threw', error: errorPayload(error), heapBytes: heapBytes(request) };
  }
}

/** Lambda's runtime answers one turn later: a rejection that nobody handles ends the process before the answer is out. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function stringify(result: unknown): string {
  try {
    // A function or a symbol has no JSON either; null then, too.
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    // A cycle or a BigInt: the runtime keeps nothing of the reason.
    throw runtimeError('Runtime.JSONStringifyError', 'Unable to stringify response body');
  }
}

/** The text as recorded on AWS. [V] */
function responseTooLarge(payload: string) {
  if (payload.length * 3 <= functionResponseBytesMax || Buffer.byteLength(payload) <= functionResponseBytesMax) return null;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${functionResponseBytesMax} bytes).`;
  return { errorType: 'Function.ResponseSizeTooLarge', errorMessage };
}

function heapBytes({ wantsLogTail }: RuntimeRequest): number | null {
  return wantsLogTail ? getHeapStatistics().used_heap_size : null;
}

function post(message: RuntimeMessage): void {
  data.port.postMessage(message);
}

/** A thread shares the process id of Airlock: a handler that ends itself by a signal ends its environment, as on Lambda. */
function keepSignalsInside(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid !== process.pid || signal === 0) return kill(pid, signal);
    process.exit(1);
  };
}

function refuseStreaming(): void {
  const streamifyResponse = () => {
    throw new Error('Airlock does not emulate response streaming (awslambda.streamifyResponse).');
  };
  Object.assign(globalThis, { awslambda: { streamifyResponse } });
}

/** nodejs22 and older; nodejs24 lets Node end the process. Source: aws-lambda-nodejs-runtime-interface-client 3.3, index. */
function reportWhatIsNotCaught(): void {
  process.on('uncaughtException', (error) => {
    logError('Uncaught Exception', errorLogLine(error));
    post({ kind: 'uncaught', error: errorPayload(error) });
    process.exit(129);
  });
  process.on('unhandledRejection', (reason) => {
    const error = runtimeError('Runtime.UnhandledPromiseRejection', String(reason));
    logError('Unhandled Promise Rejection', errorLogLine(error));
    post({ kind: 'uncaught', error: errorPayload(error) });
    process.exit(128);
  });
}
