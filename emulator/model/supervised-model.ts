// Keeps one model in service, whatever it runs in: starts it, starts it again when it ended, holds requests meanwhile, stops it.
// How one run is started is the launcher's (process-model.ts, docker/docker-model.ts).
import { AirlockError } from '../errors.ts';
import { containerStopTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import { type Model, type ModelAnswer, ModelFailure, type ModelRequest, type ModelResponse, type ModelState } from './model.ts';
import type { ModelChannel } from './model-channel.ts';
import { pause } from './readiness.ts';

/** One run of a model that has answered 200 to /ping. */
export interface Run {
  readonly channel: ModelChannel;
  readonly sealed: boolean;
  readonly description: string;
  /** Resolves when it has ended, with words for people. Never rejects. */
  readonly exited: Promise<string>;
  /** SIGTERM, SIGKILL after the time; resolves when it is gone. Also frees what a run that ended by itself still holds. */
  stop(timeoutMs: number): Promise<void>;
}

export interface Launcher {
  /** What `description` begins with while there is no run. */
  readonly kind: string;
  /** Said in the log when a run has ended, where it is not this launcher that starts the model again. */
  readonly whenGone?: string;
  /** Resolves when /ping has answered 200. When it rejects, or the signal comes first, nothing of the run is left. */
  launch(signal: AbortSignal): Promise<Run>;
  /** Frees what all runs share. Called once, after the last run has stopped. */
  dispose(): Promise<void>;
  /** Why nothing can be started at present, whatever the model is like; null where it can. Absent where it always can. Never rejects. */
  findObstacle?(): Promise<Error | null>;
}

export interface SupervisionOptions {
  readonly log: Log;
  /** SIGTERM, then SIGKILL after this. */
  readonly stopTimeoutMs?: number;
  /** Gives up starting: the model is closed. */
  readonly signal?: AbortSignal;
}

/** How long a request waits for a model that is being started again. */
const restartWaitMsMax = 5_000;
/** Between the end of a run's connections and the news of its exit. */
const exitNoticeMs = 100;
const backOffMs = { first: 20, max: 5_000 } as const;
/** A model that served this long begins with the first back-off again. */
const stableAfterMs = 10_000;
/** Starts in succession that did not reach a 200 from /ping, though there was no obstacle. */
const failedStartsMax = 8;
/** For a run to end behind its own limit. */
const endTimeoutMs = 15_000;
/** For a start under way to give up and to leave nothing. */
const giveUpTimeoutMs = 30_000;

/** Resolves when the first run serves. Rejects with what launch() rejects with; nothing is left behind then. */
export async function superviseModel(launcher: Launcher, options: SupervisionOptions): Promise<Model> {
  const model = new SupervisedModel(launcher, options);
  const giveUp = () => void model.close();
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (options.signal?.aborted) throw wasClosed();
    await model.start();
  } catch (error) {
    await model.close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
  return model;
}

export function wasClosed(): AirlockError {
  return new AirlockError('MODEL_NOT_READY', 'The model was closed before it served', 'Start Airlock again.');
}

class SupervisedModel implements Model {
  readonly #launcher: Launcher;
  readonly #log: Log;
  readonly #stopTimeoutMs: number;
  /** Stops every wait when the model is closed. */
  readonly #closing = new AbortController();
  #state: ModelState = 'starting';
  #run: Run | null = null;
  /** The start that is under way, settled when nothing of it can be left. */
  #launching: Promise<unknown> = Promise.resolve();
  #stateChanged = Promise.withResolvers<void>();
  #closed: Promise<void> | null = null;
  #backOffMs: number = backOffMs.first / 2;

  constructor(launcher: Launcher, { log, stopTimeoutMs = containerStopTimeoutMs }: SupervisionOptions) {
    this.#launcher = launcher;
    this.#log = log;
    this.#stopTimeoutMs = stopTimeoutMs;
  }

  get state(): ModelState {
    return this.#state;
  }

  get sealed(): boolean {
    return this.#run?.sealed ?? false;
  }

  get description(): string {
    return this.#run?.description ?? `${this.#launcher.kind}, ${this.#state}`;
  }

  start(): Promise<void> {
    const started = this.#start();
    this.#launching = started.catch(() => {});
    return started;
  }

  async #start(): Promise<void> {
    const run = await this.#launcher.launch(this.#closing.signal);
    // Once sealed, never again without: a restart that is not is a failure.
    const isWorse = this.#run?.sealed === true && !run.sealed;
    if (isWorse || this.#closing.signal.aborted) {
      await run.channel.destroy();
      await run.stop(0);
      throw isWorse
        ? new AirlockError('MODEL_NOT_READY', `The model ${run.description}`, 'It was sealed before: see the log.')
        : wasClosed();
    }
    this.#enterService(run);
  }

  request(request: ModelRequest): Promise<ModelAnswer> {
    return this.#ask(request, (run, asked) => run.channel.send(asked));
  }

  open(request: ModelRequest): Promise<ModelResponse> {
    return this.#ask(request, async (run, asked) => {
      const response = await run.channel.open(asked);
      return { ...response, body: this.#settlingExit(run, response.body) };
    });
  }

  /** As the body is, and where it breaks off with its run, the exit is known before the reader hears of it. */
  async *#settlingExit(run: Run, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* body;
    } catch (error) {
      if (error instanceof ModelFailure && error.reason === 'connectionLost') await this.#settleExit(run);
      throw error;
    }
  }

  async #ask<Answer>(request: ModelRequest, ask: (run: Run, request: ModelRequest) => Promise<Answer>): Promise<Answer> {
    const startedAt = performance.now();
    const waitMs = Math.min(request.timeoutMs, restartWaitMsMax);
    for (;;) {
      const run = this.#state === 'inService' ? this.#run : null;
      const elapsedMs = performance.now() - startedAt;
      try {
        if (run) return await ask(run, { ...request, timeoutMs: Math.max(1, request.timeoutMs - elapsedMs) });
      } catch (error) {
        // If it died, its exit is known before the caller hears of it: the caller's next request then waits for the new run.
        if (run && error instanceof ModelFailure && error.reason === 'connectionLost') await this.#settleExit(run);
        // Nothing was sent: the model has just died, and its exit is about to be reported. One that is busy lives.
        const mayBeSentAgain = error instanceof ModelFailure && error.reason === 'notReady' && !error.isBusy && elapsedMs < waitMs;
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
    // Ends the requests under way, so that the model has none to wait for.
    if (this.#run) await this.#end(this.#run, this.#stopTimeoutMs);
    const given = new AbortController();
    await Promise.race([this.#launching.then(() => given.abort()), pause(giveUpTimeoutMs, given.signal)]);
    await this.#launcher.dispose();
  }

  #enterService(run: Run): void {
    const servedFromMs = performance.now();
    const previousBackOffMs = this.#backOffMs;
    this.#run = run;
    this.#setState('inService');
    this.#log[run.sealed ? 'debug' : 'warn']({ sealed: run.sealed, description: run.description }, 'model in service');
    void run.exited.then((exit) => {
      if (this.#closing.signal.aborted) return;
      this.#setState('starting');
      this.#log.warn({ exit }, this.#launcher.whenGone ?? 'the model ended; it is started again');
      const stable = performance.now() - servedFromMs > stableAfterMs;
      this.#backOffMs = stable ? backOffMs.first : Math.min(previousBackOffMs * 2, backOffMs.max);
      // The next one does not wait for what this one still holds.
      const [before, released] = [this.#launching, this.#end(run, 0)];
      this.#launching = Promise.all([before, released, this.#restart()]).then(() => undefined);
    });
  }

  /** Frees what a run holds. Has an end, and never rejects: what it leaves is for dispose(), or the next start. */
  async #end(run: Run, stopTimeoutMs: number): Promise<void> {
    const given = new AbortController();
    try {
      await run.channel.destroy();
      const tooLong = pause(stopTimeoutMs + endTimeoutMs, given.signal).then(() => {
        if (!given.signal.aborted) throw new Error(`it did not end within ${(stopTimeoutMs + endTimeoutMs) / 1_000} s`);
      });
      await Promise.race([run.stop(stopTimeoutMs), tooLong]);
    } catch (error) {
      this.#log.debug({ error }, 'cannot clear up behind a run of the model');
    } finally {
      given.abort();
    }
  }

  async #restart(): Promise<void> {
    let isTold = false;
    for (let failedStarts = 0; failedStarts < failedStartsMax; ) {
      await pause(this.#backOffMs, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      const failure = await this.#startUnlessObstacle();
      if (failure === null || this.#closing.signal.aborted) return;
      this.#backOffMs = Math.min(this.#backOffMs * 2, backOffMs.max);
      if (!failure.isObstacle) {
        failedStarts += 1;
        this.#log.warn({ error: failure.error }, 'the model did not start again');
      } else if (!isTold) {
        isTold = true;
        this.#log.warn({ reason: failure.error.message }, 'the model cannot be started again at present; trying on until it can');
      }
    }
    this.#setState('failed');
    this.#log.error('gave up starting the model');
  }

  /** Null when it serves. A start that an obstacle met half-way failed by the obstacle. */
  async #startUnlessObstacle(): Promise<{ readonly error: Error; readonly isObstacle: boolean } | null> {
    const obstacle = async () => (await this.#launcher.findObstacle?.()) ?? null;
    const before = await obstacle();
    if (before !== null) return { error: before, isObstacle: true };
    try {
      await this.#start();
      return null;
    } catch (error) {
      const behind = this.#closing.signal.aborted ? null : await obstacle();
      return { error: behind ?? (error as Error), isObstacle: behind !== null };
    }
  }

  #setState(state: ModelState): void {
    this.#state = state;
    this.#stateChanged.resolve();
    this.#stateChanged = Promise.withResolvers<void>();
  }

  async #settleExit(run: Run): Promise<void> {
    const noticed = new AbortController();
    const exited = run.exited.then(() => noticed.abort());
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
