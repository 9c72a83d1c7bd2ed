// One worker thread with Lambda's runtime in it: starts it, gives it one request at a time, ends it. Knows nothing of AWS's answers.
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { FunctionError } from './outcome.ts';
import type { RuntimeData, RuntimeMessage, RuntimeRequest } from './runtime/protocol.ts';

export interface RuntimeThreadOptions {
  /** Path of the compiled runtime/main.ts. */
  readonly runtimeFile: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
  readonly data: Omit<RuntimeData, 'port' | 'requests'>;
  /** Lines of the handler, when data.forwardLog is set. */
  readonly onLog: (requestId: string, text: string) => void;
}

type RuntimeAnswer = Exclude<RuntimeMessage, { kind: 'log' | 'uncaught' }>;

/** How the wait for the runtime's next message ended. */
export type ThreadEvent =
  | RuntimeAnswer
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** `reported`: nodejs22 and older say it in their own words; `error`: what Node itself threw out of the thread. */
  | { readonly kind: 'uncaught'; readonly reported: FunctionError | null; readonly error: unknown }
  | { readonly kind: 'outOfMemory' }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'closed' };

export interface RuntimeThread {
  readonly ended: boolean;
  /** Resolves when the init phase is over: `ready`, `initFailed` or any way to end. Times out as given. */
  ready(timeoutMs: number | null): Promise<ThreadEvent>;
  run(request: RuntimeRequest, timeoutMs: number): Promise<ThreadEvent>;
  /** Kills it; a wait in progress resolves with `closed`. Resolves when the thread is gone. */
  close(): Promise<void>;
}

/**
 * For new objects, beside memorySizeMb. V8's own limit is 192 MB, which a thread only gives back under pressure that a mostly sleeping one never has:
 * the environments of the templates in infra/ then hold 1 GB after 5,000 requests, with this 0.7 GB, as fast.
 */
const youngGenerationSizeMb = 12;

export function startRuntimeThread(options: RuntimeThreadOptions): RuntimeThread {
  const { port1: port, port2 } = new MessageChannel();
  const requests = new Int32Array(new SharedArrayBuffer(4));
  const data: RuntimeData = { ...options.data, port: port2, requests: requests.buffer };
  const worker = new Worker(options.runtimeFile, {
    workerData: data,
    transferList: [port2],
    // Always given: a worker without `env` inherits every variable of this process.
    env: { ...options.environmentVariables },
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    // An approximation: Lambda limits the whole process, V8 lets us limit the heap of old objects; Buffers are outside of it.
    resourceLimits: { maxOldGenerationSizeMb: options.memorySizeMb, maxYoungGenerationSizeMb: youngGenerationSizeMb },
  });
  worker.stdout.resume();
  worker.stderr.resume();

  let waiting: ((event: ThreadEvent) => void) | null = null;
  let arrived: ThreadEvent | null = null;
  let ended = false;
  let closing = false;
  let reported: FunctionError | null = null;
  let thrown: { error: unknown } | null = null;

  const deliver = (event: ThreadEvent) => {
    if (waiting) waiting(event);
    else arrived ??= event;
  };
  const receive = (message: RuntimeMessage) => {
    if (message.kind === 'log') options.onLog(message.requestId, message.text);
    else if (message.kind === 'uncaught') reported = message.error;
    else deliver(message);
  };
  port.on('message', receive);
  worker.on('error', (error) => {
    thrown = { error };
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', (exitCode) => {
      ended = true;
      // What the runtime said last may still be under way.
      for (let last = receiveMessageOnPort(port); last; last = receiveMessageOnPort(port)) receive(last.message);
      port.close();
      deliver(closing ? { kind: 'closed' } : endOf(exitCode, reported, thrown));
      resolve();
    });
  });

  const next = (timeoutMs: number | null) =>
    new Promise<ThreadEvent>((resolve) => {
      if (arrived) {
        resolve(arrived);
        arrived = null;
        return;
      }
      const settle = (event: ThreadEvent) => {
        clearTimeout(timer);
        waiting = null;
        resolve(event);
      };
      const timer = timeoutMs === null ? undefined : setTimeout(() => timeOut(settle), timeoutMs);
      waiting = settle;
    });
  const timeOut = (settle: (event: ThreadEvent) => void) => {
    closing = true;
    void worker.terminate();
    settle({ kind: 'timedOut' });
  };

  return {
    get ended() {
      return ended || closing;
    },
    ready: next,
    run(request, timeoutMs) {
      const event = next(timeoutMs);
      port.postMessage(request);
      Atomics.add(requests, 0, 1);
      Atomics.notify(requests, 0);
      return event;
    },
    async close() {
      closing = true;
      waiting?.({ kind: 'closed' });
      await worker.terminate();
      await gone;
    },
  };
}

function endOf(exitCode: number, reported: FunctionError | null, thrown: { error: unknown } | null): ThreadEvent {
  if (reported) return { kind: 'uncaught', reported, error: null };
  if (!thrown) return { kind: 'exited', exitCode };
  const { error } = thrown;
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'outOfMemory' };
  return { kind: 'uncaught', reported: null, error };
}
