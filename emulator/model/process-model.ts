// --model process: runs the built-in model as a child process, sealed where the system allows it (supervised-model.ts keeps it running).
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { AirlockError } from '../errors.ts';
import { pingStartupTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Model } from './model.ts';
import { createModelChannel } from './model-channel.ts';
import { type LaunchWay, launchModel, type ModelProcess } from './model-process.ts';
import { waitForPing } from './readiness.ts';
import { findLeak, hasVsock } from './seal-check.ts';
import { createSocketDirectory, type SocketDirectory, sweepSocketDirectories } from './socket-directory.ts';
import { findModelStub } from './stub-paths.ts';
import { type Launcher, type Run, superviseModel, wasClosed } from './supervised-model.ts';
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

/** Resolves when /ping has answered 200. Rejects with AirlockError MODEL_NOT_READY; nothing is left behind then. */
export async function startProcessModel(options: ProcessModelOptions): Promise<Model> {
  const { log } = options;
  const launcher = new ProcessLauncher(options);
  const swept = sweepSocketDirectories().catch((error: unknown) => log.debug({ error }, 'cannot remove old socket directories'));
  try {
    return await superviseModel(launcher, options);
  } finally {
    await swept;
  }
}

class ProcessLauncher implements Launcher {
  readonly kind = 'process';
  readonly #options: ProcessModelOptions;
  readonly #entryPoint: string;
  readonly #modelDirectory: string;
  readonly #directory: SocketDirectory;
  #launched: ModelProcess | null = null;
  /** The ways still to be tried, best first; after the first success the one that worked. */
  #ways: readonly LaunchWay[];
  #notSealedBecause: string;
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

  /** Tries the ways in order until one serves. */
  async launch(signal: AbortSignal): Promise<Run> {
    for (const way of this.#ways) {
      if (signal.aborted) throw wasClosed();
      const run = await this.#launchBy(way, signal);
      if (run) {
        this.#ways = [way];
        return run;
      }
    }
    // Only after a restart: the first start ends with `unsealed`, which has no seal to be refused.
    throw notReady(`could not be sealed again: ${this.#notSealedBecause}`);
  }

  async dispose(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    this.#directory.remove();
  }

  /** Null where this way of sealing is not possible here. */
  async #launchBy(way: LaunchWay, signal: AbortSignal): Promise<Run | null> {
    const { log, startupTimeoutMs = pingStartupTimeoutMs } = this.#options;
    const socketPath = process.platform === 'win32' ? `\\\\.\\pipe\\airlock-model-${randomUUID()}` : this.#directory.socketPath;
    const launched = this.#start(way, socketPath);
    if (launched === null) return null;
    this.#launched = launched;
    const channel = createModelChannel({ origin: 'http://model.aws.local:8080', socketPath, log });
    const ended = new AbortController();
    const exitText = launched.exited.then((text) => {
      ended.abort();
      return text;
    });
    if (await waitForPing(channel, { timeoutMs: startupTimeoutMs, signal: AbortSignal.any([ended.signal, signal]) })) {
      return { channel, exited: launched.exited, stop: launched.stop, ...this.#describe(way, launched) };
    }
    await channel.destroy();
    if (!ended.signal.aborted) {
      // It has nothing to finish yet, and as the first process of its namespace it ignores SIGTERM until it handles it.
      await launched.stop(0);
      throw signal.aborted ? wasClosed() : notReady(`gave no 200 on /ping within ${startupTimeoutMs} ms`);
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
}

function notReady(what: string, detail: string | null = null): AirlockError {
  return new AirlockError(
    'MODEL_NOT_READY',
    `The model ${what}${detail === null ? '' : `: ${detail}`}`,
    'Its output is in the log at level debug.',
  );
}
