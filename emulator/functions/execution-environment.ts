// One execution environment of a function: its own /tmp and log stream, and a runtime thread that is replaced after a crash or timeout.
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { functionInitTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import type { FunctionDefinition } from '../template/deployment.ts';
import type { BuiltCode } from './build-function-code.ts';
import { environmentVariables } from './environment-variables.ts';
import { nodeMajorOf } from './function-runtime.ts';
import { invocationLog } from './invocation-log.ts';
import { createLogRing } from './log-ring.ts';
import type { Invocation } from './outcome.ts';
import { outcomeOfThread } from './outcome-of-thread.ts';
import type { RuntimeRequest } from './runtime/protocol.ts';
import { type RuntimeThread, startRuntimeThread, type ThreadEvent } from './runtime-thread.ts';

/** What a function is given beside its own variables, for as long as one environment lives. */
export interface LocalEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** The environment has ended, and with it what the variables give access to. */
  release(): void;
}

export interface ExecutionEnvironmentOptions {
  readonly definition: FunctionDefinition;
  /** "$LATEST" or a published version. */
  readonly version: string;
  readonly code: BuiltCode;
  readonly runtimeFile: string;
  /** Becomes this environment's /tmp; it survives timeouts and crashes, and is removed with the environment. */
  readonly temporaryDirectory: string;
  /** Asked once, before the first thread starts. */
  readonly local: () => LocalEnvironment;
  /** Asked at every invocation; null: the function's own. */
  readonly timeLimitSeconds?: () => number | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ExecutionEnvironment {
  readonly version: string;
  /** Runs the init phase ahead of an invocation; how it failed is kept for the first invocation. Never rejects. */
  warm(): Promise<void>;
  /** One at a time: the pool sees to that. Null when the environment was closed meanwhile. */
  invoke(request: Omit<RuntimeRequest, 'deadlineMs'>): Promise<Invocation | null>;
  close(): Promise<void>;
}

interface Incarnation {
  readonly thread: RuntimeThread;
  readonly init: Promise<InitPhase>;
}

interface InitPhase {
  readonly event: ThreadEvent;
  readonly durationMs: number;
}

export function createExecutionEnvironment(options: ExecutionEnvironmentOptions): ExecutionEnvironment {
  const { definition, version, code, clock } = options;
  const timeLimitSeconds = () => options.timeLimitSeconds?.() ?? definition.timeoutSeconds;
  const ring = createLogRing();
  const logStreamName = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;
  const log = options.log.child({ functionName: definition.functionName });
  /** Credentials belong to the environment, not to its threads. */
  let local: LocalEnvironment | null = null;
  let current: Promise<Incarnation | null> | null = null;
  /** The end of the thread before: two never share this /tmp. */
  let previous: Promise<void> = Promise.resolve();
  let closed = false;

  function start(initTimeoutMs: number): Promise<Incarnation | null> {
    const started = startThread(initTimeoutMs);
    current = started;
    started.catch(() => {
      // Whoever waits for it gets the reason; the next invocation tries again.
      current = null;
    });
    return started;
  }

  async function startThread(initTimeoutMs: number): Promise<Incarnation | null> {
    await Promise.all([previous, mkdir(options.temporaryDirectory, { recursive: true })]);
    if (closed) return null;
    local ??= options.local();
    const thread = startRuntimeThread({
      runtimeFile: options.runtimeFile,
      environmentVariables: environmentVariables({
        definition,
        version,
        logStreamName,
        taskRoot: code.taskRoot,
        temporaryDirectory: options.temporaryDirectory,
        local: local.variables,
      }),
      memorySizeMb: definition.memorySizeMb,
      data: {
        log: ring.shared,
        forwardLog: log.isLevelEnabled('debug'),
        taskRoot: code.taskRoot,
        handler: definition.handler,
        nodeMajor: nodeMajorOf(definition.runtime),
        sdkParentUrl: code.bringsSdk ? null : import.meta.url,
      },
      onLog: (requestId, text) => log.debug({ requestId }, text),
    });
    const beganAtMs = performance.now();
    const init = thread.ready(initTimeoutMs).then((event) => {
      // Said at once and aloud: no request has come yet, so the message can hold nothing of one.
      if (event.kind === 'initFailed')
        log.warn({ errorType: event.error.errorType, reason: event.error.errorMessage }, 'the function could not be loaded');
      return { event, durationMs: performance.now() - beganAtMs };
    });
    return { thread, init };
  }

  /** The thread is not used again; the next invocation starts another. */
  function discard({ thread }: Incarnation): void {
    current = null;
    previous = thread.close();
  }

  /** The init phase has 10 s; one that takes longer is done again inside the invocation, in the function's own time. */
  async function initialised(timeoutMs: number): Promise<{ incarnation: Incarnation; phase: InitPhase; timeLeftMs: number } | null> {
    const incarnation = await (current ?? start(functionInitTimeoutMs));
    if (!incarnation) return null;
    const phase = await incarnation.init;
    if (phase.event.kind === 'ready' && incarnation.thread.ended) {
      // It died while nobody used it.
      discard(incarnation);
      return initialised(timeoutMs);
    }
    if (phase.event.kind !== 'timedOut') return { incarnation, phase, timeLeftMs: timeoutMs };
    discard(incarnation);
    const again = await start(timeoutMs);
    if (!again) return null;
    const second = await again.init;
    return { incarnation: again, phase: second, timeLeftMs: Math.max(1, timeoutMs - second.durationMs) };
  }

  return {
    version,
    async warm() {
      const incarnation = await (current ?? start(functionInitTimeoutMs));
      await incarnation?.init;
    },
    async invoke(request) {
      const isColdStart = current === null;
      const timeoutSeconds = timeLimitSeconds();
      const initialisation = await initialised(timeoutSeconds * 1000);
      if (!initialisation) return null;
      const { incarnation, phase, timeLeftMs } = initialisation;
      const writtenBefore = request.wantsLogTail ? ring.read() : '';
      ring.clear();
      const beganAtMs = performance.now();
      const event =
        phase.event.kind === 'ready'
          ? await incarnation.thread.run({ ...request, deadlineMs: Math.round(Date.now() + timeLeftMs) }, timeLeftMs)
          : phase.event;
      const durationMs = performance.now() - beganAtMs;
      const { requestId } = request;
      const outcome = outcomeOfThread(event, { requestId, timeoutSeconds });
      if (outcome === null) return null;
      if (!survives(event)) discard(incarnation);
      if (event.kind === 'uncaught' && event.error instanceof Error) ring.write(`${event.error.stack ?? event.error.message}\n`);
      const initDurationMs = isColdStart ? phase.durationMs : null;
      const logTail = request.wantsLogTail
        ? invocationLog({
            requestId,
            version,
            outcome,
            writtenBefore,
            written: ring.read(),
            durationMs,
            initDurationMs,
            memorySizeMb: definition.memorySizeMb,
            memoryUsedMb: memoryUsedMb(event) ?? definition.memorySizeMb,
            timeoutSeconds,
            endedAt: Date.now(),
          })
        : null;
      ring.clear();
      return { requestId, outcome, executedVersion: version, durationMs, initDurationMs, logTail };
    },
    async close() {
      closed = true;
      // A start that failed is told to whoever asked for it; here is nothing to end then.
      const [started] = await Promise.allSettled([current]);
      if (started.status === 'fulfilled' && started.value) discard(started.value);
      await previous;
      local?.release();
      local = null;
      await rm(options.temporaryDirectory, { recursive: true, force: true });
    },
  };
}

/** Null where the thread is gone: it may have used all it had. */
function memoryUsedMb(event: ThreadEvent): number | null {
  return 'heapBytes' in event && event.heapBytes !== null ? Math.ceil(event.heapBytes / 2 ** 20) : null;
}

function survives(event: ThreadEvent): boolean {
  return event.kind === 'returned' || event.kind === 'threw' || event.kind === 'unserialisable';
}
