// --model process: runs the built-in model as a child process, sealed where the system allows it, and keeps it running.
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { AirlockError } from '../errors.ts';
import { containerStopTimeoutMs, pingStartupTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import { type Model, type ModelAnswer, ModelFailure, type ModelRequest, type ModelState } from './model.ts';
import { createModelChannel, type ModelChannel } from './model-channel.ts';
import { type LaunchWay, launchModel, type ModelProcess } from './model-process.ts';
import { pause, waitForPing } from './readiness.ts';
import { findLeak, hasVsock } from './seal-check.ts';
import { createSocketDirectory, type SocketDirectory, sweepSocketDirectories } from './socket-directory.ts';
import { findModelStub } from './stub-paths.ts';
import { waysToLaunch } from './ways-to-launch.ts';

export interface ProcessModelOptions {
  /** All of it; nothing else gets in but MODEL_DIR and two MODEL_STUB_… variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** EnableNetworkIsolation of the template; default true. False runs the model unsealed, as AWS would give it a network then. */
  readonly isolated?: boolean;
  /** The artifact; default the built-in model's. */
  readonly modelDirectory?: string;
  readonly startupTimeoutMs?: number;
  /** SIGTERM, then SIGKILL after this. */
  readonly stopTimeoutMs?: number;
  readonly log: Log;
  /** Gives up starting: the model is closed. */
  readonly signal?: AbortSignal;
  /** A program for Node that listens where MODEL_STUB_LISTEN says; its directory goes along. Default the built-in model. */
  readonly entryPoint?: string;
}

/** How long a request waits for a model that is being started again. */
const restartWaitMsMax = 5_000;
/** Between the end of a process's connections and the news of its exit. */
const exitNoticeMs = 100;
const backOffMs = { first: 20, max: 5_000 } as const;
/** A model that served this long begins with the first back-off again. */
const stableAfterMs = 10_000;
/** Starts in succession that did not reach a 200 from /ping. */
const failedStartsMax = 8;

/** Resolves when /ping has answered 200. Rejects with AirlockError MODEL_NOT_READY; nothing is left behind then. */
export async function startProcessModel(options: ProcessModelOptions): Promise<Model> {
  const model = new ProcessModel(options);
  const giveUp = () => void model.close();
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await model.start();
  } catch (error) {
    await model.close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
  return model;
}

interface Run {
  readonly process: ModelProcess;
  readonly channel: ModelChannel;
  readonly sealed: boolean;
  readonly description: string;
}

class ProcessModel implements Model {
  readonly #options: ProcessModelOptions;
  readonly #entryPoint: string;
  readonly #modelDirectory: string;
  readonly #directory: SocketDirectory;
  /** Stops every wait when the model is closed. */
  readonly #closing = new AbortController();
  #state: ModelState = 'starting';
  #run: Run | null = null;
  #launched: ModelProcess | null = null;
  /** The ways still to be tried, best first; after the first success the one that worked. */
  #ways: readonly LaunchWay[];
  #notSealedBecause: string;
  #stateChanged = Promise.withResolvers<void>();
  #closed: Promise<void> | null = null;
  readonly #onExit = () => {
    this.#launched?.kill();
    this.#directory.remove();
  };

  constructor(options: ProcessModelOptions) {
    const stub = options.entryPoint === undefined || options.modelDirectory === undefined ? findModelStub() : null;
    this.#options = options;
    this.#entryPoint = resolve(options.entryPoint ?? stub?.entryPoint ?? '');
    this.#modelDirectory = resolve(options.modelDirectory ?? stub?.modelDirectory ?? '');
    const { ways, notSealedBecause } = waysToLaunch(options.isolated ?? true);
    this.#ways = ways;
    this.#notSealedBecause = notSealedBecause;
    this.#directory = createSocketDirectory();
    process.once('exit', this.#onExit);
  }

  get state(): ModelState {
    return this.#state;
  }

  get sealed(): boolean {
    return this.#run?.sealed ?? false;
  }

  get description(): string {
    return this.#run?.description ?? `process, ${this.#state}`;
  }

  async start(): Promise<void> {
    const { log } = this.#options;
    const swept = sweepSocketDirectories().catch((error: unknown) => log.debug({ error }, 'cannot remove old socket directories'));
    this.#enterService(await this.#launch());
    await swept;
  }

  async request(request: ModelRequest): Promise<ModelAnswer> {
    const startedAt = performance.now();
    const waitMs = Math.min(request.timeoutMs, restartWaitMsMax);
    for (;;) {
      const run = this.#state === 'inService' ? this.#run : null;
      const elapsedMs = performance.now() - startedAt;
      try {
        if (run) return await run.channel.send({ ...request, timeoutMs: Math.max(1, request.timeoutMs - elapsedMs) });
      } catch (error) {
        // If it died, its exit is known before the caller hears of it: the caller's next request then waits for the new process.
        if (run && error instanceof ModelFailure && error.reason === 'connectionLost') await this.#settleExit(run);
        // Nothing was sent: the process has just died, and its exit is about to be reported.
        const mayBeSentAgain = error instanceof ModelFailure && error.reason === 'notReady' && elapsedMs < waitMs;
        if (!mayBeSentAgain) throw error;
      }
      if (this.#state === 'stopped' || this.#state === 'failed') throw new ModelFailure('notReady', `The model is ${this.#state}.`);
      if (request.signal?.aborted) throw new ModelFailure('aborted', 'The caller went away.');
      if (elapsedMs >= waitMs) throw new ModelFailure('notReady', 'The model is being started again.');
      await this.#waitForChange(waitMs - elapsedMs, request.signal);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#setState('stopped');
    this.#closing.abort();
    const launched = this.#launched;
    // Ends the requests under way, so that the model has none to wait for.
    await this.#run?.channel.destroy();
    await launched?.stop(this.#stopTimeoutMs(launched));
    process.removeListener('exit', this.#onExit);
    this.#directory.remove();
  }

  /** A model that has not served yet has nothing to finish, and as the first process of its namespace it ignores SIGTERM until it handles it. */
  #stopTimeoutMs(launched: ModelProcess): number {
    return this.#run?.process === launched ? (this.#options.stopTimeoutMs ?? containerStopTimeoutMs) : 0;
  }

  /** Tries the ways in order until one serves. */
  async #launch(): Promise<Run> {
    for (const way of this.#ways) {
      if (this.#closing.signal.aborted) throw notReady('was closed');
      const run = await this.#launchBy(way);
      if (run) {
        this.#ways = [way];
        return run;
      }
    }
    // Only after a restart: the first start ends with `unsealed`, which has no seal to be refused.
    throw notReady(`could not be sealed again: ${this.#notSealedBecause}`);
  }

  /** Null where this way of sealing is not possible here. */
  async #launchBy(way: LaunchWay): Promise<Run | null> {
    const { log, startupTimeoutMs = pingStartupTimeoutMs } = this.#options;
    const socketPath = process.platform === 'win32' ? `\\\\.\\pipe\\airlock-model-${randomUUID()}` : this.#directory.socketPath;
    const launched = this.#start(way, socketPath);
    if (launched === null) return null;
    this.#launched = launched;
    const channel = createModelChannel({ origin: 'http://model.aws.local:8080', socketPath });
    const ended = new AbortController();
    const exitText = launched.exited.then((text) => {
      ended.abort();
      return text;
    });
    const signal = AbortSignal.any([ended.signal, this.#closing.signal]);
    if (await waitForPing(channel, { timeoutMs: startupTimeoutMs, signal })) {
      return { process: launched, channel, ...this.#describe(way, launched) };
    }
    await channel.destroy();
    if (!ended.signal.aborted) {
      await launched.stop(this.#stopTimeoutMs(launched));
      throw notReady(`gave no 200 on /ping within ${startupTimeoutMs} ms`);
    }
    const reason = launched.lastErrorLine() ?? `unshare ended with ${await exitText}`;
    if (launched.hasEntered()) throw notReady(`ended before it was ready (${await exitText})`, launched.lastErrorLine());
    this.#notSealedBecause = reason;
    log.debug({ way, reason }, 'cannot seal the model this way');
    return null;
  }

  /** Null where the file system of a sealed model cannot be laid out. */
  #start(way: LaunchWay, socketPath: string): ModelProcess | null {
    const { log, environment } = this.#options;
    const [entryPoint, modelDirectory, directory] = [this.#entryPoint, this.#modelDirectory, this.#directory];
    try {
      return launchModel({ way, entryPoint, modelDirectory, environment, directory, socketPath, log });
    } catch (error) {
      if (way === 'unsealed' || !(error instanceof Error) || error instanceof AirlockError) throw error;
      this.#notSealedBecause = error.message;
      log.debug({ way, error }, 'cannot seal the model this way');
      return null;
    }
  }

  #describe(way: LaunchWay, launched: ModelProcess): Pick<Run, 'sealed' | 'description'> {
    const pid = launched.pid();
    if (pid === null) return { sealed: false, description: 'process, NOT sealed: it cannot be found in /proc' };
    const leak = way === 'unsealed' ? this.#notSealedBecause : findLeak(pid, launched.innerSocketPath);
    if (leak !== null) return { sealed: false, description: `process ${pid}, NOT sealed: ${leak}` };
    const as = way === 'user' ? ', in a user namespace' : '';
    const but = hasVsock() ? '; vsock is not covered' : '';
    return {
      sealed: true,
      description: `process ${pid}, sealed: no network interface but lo, no files of this machine but system libraries, no other processes, no privileges${as}${but}`,
    };
  }

  #enterService(run: Run): void {
    // Once sealed, never again without: a restart that is not is a failure.
    if (this.#run?.sealed && !run.sealed) {
      run.process.kill();
      void run.channel.destroy();
      throw notReady(run.description);
    }
    if (this.#closing.signal.aborted) throw notReady('was closed');
    const servedFromMs = performance.now();
    const previousBackOffMs = this.#backOffMs;
    this.#run = run;
    this.#setState('inService');
    this.#options.log[run.sealed ? 'debug' : 'warn']({ sealed: run.sealed, description: run.description }, 'model in service');
    void run.process.exited.then((exit) => {
      if (this.#closing.signal.aborted) return;
      this.#setState('starting');
      void run.channel.destroy();
      this.#options.log.warn({ exit }, 'the model ended; it is started again');
      const stable = performance.now() - servedFromMs > stableAfterMs;
      this.#backOffMs = stable ? backOffMs.first : Math.min(previousBackOffMs * 2, backOffMs.max);
      return this.#restart();
    });
  }

  #backOffMs: number = backOffMs.first / 2;

  async #restart(): Promise<void> {
    for (let failedStarts = 0; failedStarts < failedStartsMax; failedStarts += 1) {
      await pause(this.#backOffMs, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      try {
        this.#enterService(await this.#launch());
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#options.log.warn({ error }, 'the model did not start again');
        this.#backOffMs = Math.min(this.#backOffMs * 2, backOffMs.max);
      }
    }
    this.#setState('failed');
    this.#options.log.error('gave up starting the model');
  }

  #setState(state: ModelState): void {
    this.#state = state;
    this.#stateChanged.resolve();
    this.#stateChanged = Promise.withResolvers<void>();
  }

  async #settleExit(run: Run): Promise<void> {
    const noticed = new AbortController();
    const exited = run.process.exited.then(() => noticed.abort());
    await Promise.race([exited, pause(exitNoticeMs, noticed.signal)]);
  }

  /** Until the state changes, the time is over or the caller is gone. */
  async #waitForChange(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController();
    const changed = this.#stateChanged.promise.then(() => over.abort());
    const end = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    await Promise.race([changed, pause(timeoutMs, end)]);
  }
}

function notReady(what: string, detail: string | null = null): AirlockError {
  return new AirlockError(
    'MODEL_NOT_READY',
    `The model ${what}${detail === null ? '' : `: ${detail}`}`,
    'Its output is in the log at level debug.',
  );
}
