// Gives every call to the Docker daemon an end. docker-modem calls back when an answer is complete: where the connection breaks behind its head
// (which for `wait` comes at once), or a daemon never answers, its caller would wait for ever and its open request would hold the process.
import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';

type Dial = Docker['modem']['dial'];
type Call = Parameters<Dial>[0];
type CallBack = NonNullable<Parameters<Dial>[1]>;

/** The first question, and whether the daemon is still there. */
const versionTimeoutMs = 10_000;
const callTimeoutMs = 30_000;
/**
 * A start copies what the image has at /opt/ml/model into the volume, an answer to an upload comes at its end, and an older engine writes a
 * whole image to its disk before it sends the first byte [M].
 */
const longCallTimeoutMs = 600_000;

/** Of the client from now on. What it returns ends all calls under way, and the streams that were answers. */
export function boundCalls(docker: Docker): () => void {
  const { modem } = docker;
  const dial: Dial = modem.dial.bind(modem);
  const underWay = new Set<AbortController>();
  modem.dial = (call, callBack = () => {}) => {
    const over = new AbortController();
    underWay.add(over);
    const timeoutMs = timeoutOf(call);
    const timer = setTimeout(() => over.abort(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
    let isSettled = false;
    const settle: CallBack = (error, answer) => {
      clearTimeout(timer);
      if (isSettled) return;
      isSettled = true;
      callBack(error, answer);
    };
    const fail = (error: Error) => {
      underWay.delete(over);
      settle(over.signal.aborted ? over.signal.reason : error, null);
    };
    over.signal.addEventListener('abort', () => fail(over.signal.reason), { once: true });
    const abortSignal = call.abortSignal ? AbortSignal.any([call.abortSignal, over.signal]) : over.signal;
    dial({ ...call, abortSignal, isStream: true }, (error, answer) => {
      if (error) return fail(error);
      const stream = answer as Duplex | IncomingMessage;
      // The signal of a request has no power over its answer.
      over.signal.addEventListener('abort', () => stream.destroy(over.signal.reason), { once: true });
      stream.once('close', () => underWay.delete(over));
      if (over.signal.aborted) return void stream.on('error', () => {}).destroy();
      if (call.isStream || call.hijack) return settle(null, answer);
      if (isWait(call)) waitLong(stream as IncomingMessage, timer);
      readAnswer(stream).then((whole) => settle(null, whole), fail);
    });
  };
  return () => {
    for (const over of underWay) over.abort(new Error('Docker gave no answer in time'));
  };
}

function timeoutOf({ path, file }: Call): number {
  if (path.startsWith('/version')) return versionTimeoutMs;
  const isLong = file !== undefined || /^\/(images\/create|images\/[^/]+\/get|containers\/create|containers\/[^/]+\/start)/.test(path);
  return isLong ? longCallTimeoutMs : callTimeoutMs;
}

function isWait({ path }: Call): boolean {
  return /^\/containers\/[^/]+\/wait/.test(path);
}

const keepAliveMs = 10_000;

/** As long as the container runs; a machine that went away without a word is noticed. */
function waitLong({ socket }: IncomingMessage, timer: NodeJS.Timeout): void {
  clearTimeout(timer);
  // A stream of ssh has none.
  socket.setKeepAlive?.(true, keepAliveMs);
}

/** As docker-modem does: JSON where it is some. */
async function readAnswer(answer: Readable): Promise<object> {
  const bytes = await buffer(answer);
  try {
    return JSON.parse(bytes.toString()) || bytes;
  } catch (error) {
    if (error instanceof SyntaxError) return bytes;
    throw error;
  }
}
