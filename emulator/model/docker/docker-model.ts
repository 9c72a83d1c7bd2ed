// --model docker: runs the model's image as SageMaker does, sealed, and reaches it through a relay (supervised-model.ts keeps it running).
import type Docker from 'dockerode';
import { AirlockError } from '../../errors.ts';
import { pingStartupTimeoutMs } from '../../limits.ts';
import type { Log } from '../../log.ts';
import type { Model } from '../model.ts';
import { type PingResult, pause, tellOfSlowStart, waitForPing } from '../readiness.ts';
import { sweepSocketDirectories } from '../socket-directory.ts';
import { type Launcher, type Run, superviseModel, wasClosed } from '../supervised-model.ts';
import { createFailure, exitFailure, type FailureContext, pingText, silenceFailure, startFailure } from './container-failure.ts';
import { findContainerLeak } from './container-seal.ts';
import { connectDocker, type DockerEngine, daemonText } from './docker-engine.ts';
import { findImage } from './find-image.ts';
import { newRunId } from './labels.ts';
import { removeLeftovers, removeOthersOfRun, removeRun } from './leftovers.ts';
import { createModelContainer, exitText, type StartedModelContainer } from './model-container.ts';
import { createModelVolume } from './model-volume.ts';
import { createRelayOpener, type OpenRelay, type PendingRelay } from './open-relay.ts';
import type { Transport } from './relay-container.ts';
import { removeRunLater } from './remove-run-later.ts';

export interface DockerModelOptions {
  readonly image: string;
  /** The unpacked artifact; null: what the image has at /opt/ml/model. */
  readonly modelDirectory?: string | null;
  /** All that is added to the image's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** EnableNetworkIsolation of the template. False gives it Docker's default network, as AWS would give it one. */
  readonly isolated?: boolean;
  readonly memoryBytes?: number | null;
  readonly cpus?: number | null;
  readonly startupTimeoutMs?: number;
  /** SIGTERM, then SIGKILL after this. */
  readonly stopTimeoutMs?: number;
  /** Between two lines in the log that tell of a slow start; the first comes after half of it. */
  readonly slowStartEveryMs?: number;
  readonly relayImage: string;
  /** How the relay is reached; `auto`: by socket where the daemon is on this machine and shares its files. */
  readonly transport?: 'auto' | Transport;
  readonly log: Log;
  /** Gives up starting: the model is closed. */
  readonly signal?: AbortSignal;
}

/** Resolves when /ping has answered 200. Rejects with AirlockError NOT_AVAILABLE, BAD_OPTION or MODEL_NOT_READY; nothing is left behind then. */
export function startDockerModel(options: DockerModelOptions): Promise<Model> {
  return superviseModel(new DockerLauncher(options), options);
}

/** What all containers of one model share. */
interface Prepared {
  readonly engine: DockerEngine;
  readonly imageId: string;
  readonly volume: string;
  readonly relayFor: (modelId: string, name: string) => PendingRelay;
}

const slowStartEveryMsByDefault = 10_000;
/** Between a failure that may come of the container's end and the news of that end. */
const exitNoticeMs = 2_000;
const namespaceTimeoutMs = 5_000;
const disposeTimeoutMs = 10_000;

class DockerLauncher implements Launcher {
  readonly kind = 'container';
  readonly #options: DockerModelOptions;
  readonly #runId = newRunId();
  #engine: DockerEngine | null = null;
  #prepared: Prepared | null = null;
  #sweep: Promise<void> = Promise.resolve();
  #launches = 0;
  readonly #onExit = () => removeRunLater(this.#runId);

  constructor(options: DockerModelOptions) {
    this.#options = options;
  }

  async launch(signal: AbortSignal): Promise<Run> {
    const { environment, isolated = true, memoryBytes = null, cpus = null, log } = this.#options;
    this.#prepared ??= await this.#prepare(signal);
    const { engine, imageId, volume, relayFor } = this.#prepared;
    if (signal.aborted) throw wasClosed();
    this.#launches += 1;
    const name = `airlock-${this.#runId}-model-${this.#launches}`;
    const { docker } = engine;
    const limits = { memoryBytes, cpus };
    const created = { docker, runId: this.#runId, name, imageId, volume, environment, ...limits };
    const network = isolated ? 'none' : 'bridge';
    const container = await createModelContainer({ ...created, network }).catch((error: unknown) => {
      throw signal.aborted ? wasClosed() : createFailure(error, this.#named());
    });
    // Created while the model starts.
    const relay = relayFor(container.id, `airlock-${this.#runId}-relay-${this.#launches}`);
    const remove = async () => void (await Promise.all([container.remove(), relay.remove()]));
    let model: StartedModelContainer | null = null;
    try {
      if (signal.aborted) throw wasClosed();
      model = await container.start(log);
      const run = await this.#serve(model, { relay, remove, signal, id: container.id });
      this.#clearUpBehind(docker);
      return run;
    } catch (error) {
      const failure = await this.#explain(error, model, signal);
      model?.log.close();
      await remove().catch((reason: unknown) => log.debug({ error: reason }, 'cannot remove the containers of a failed start'));
      throw failure;
    }
  }

  async dispose(): Promise<void> {
    process.removeListener('exit', this.#onExit);
    const engine = this.#engine;
    if (engine === null) return;
    // What still waits for the daemon then fails.
    const timer = setTimeout(() => engine.disconnect(), disposeTimeoutMs);
    try {
      await this.#sweep;
      await removeRun(engine.docker, this.#runId);
    } catch (error) {
      const reason = daemonText(error);
      this.#options.log.warn({ reason }, 'cannot remove the containers of the model; the next start will');
    } finally {
      clearTimeout(timer);
      engine.disconnect();
    }
  }

  async findObstacle(): Promise<Error | null> {
    return (await this.#engine?.findObstacle()) ?? null;
  }

  /** What could not be removed while the daemon was out of reach, and may still run. */
  #clearUpBehind(docker: Docker): void {
    const launch = this.#launches;
    if (launch === 1) return;
    const isKept = (name: string) => /-(model|relay)-(\d+)/.exec(name)?.[2] === String(launch);
    const cleared = removeOthersOfRun(docker, this.#runId, isKept).catch((error: unknown) =>
      this.#options.log.debug({ error }, 'cannot remove the containers of earlier runs of the model'),
    );
    this.#sweep = Promise.all([this.#sweep, cleared]).then(() => {});
  }

  async #prepare(signal: AbortSignal): Promise<Prepared> {
    const { image, relayImage, modelDirectory = null, transport = 'auto', log } = this.#options;
    const engine = await connectDocker();
    const { docker } = engine;
    if (signal.aborted) throw wasClosed();
    this.#engine = engine;
    process.once('exit', this.#onExit);
    // In the background. The directories after the containers: a relay that still listens in one is in use.
    this.#sweep = removeLeftovers(docker, log)
      .then(sweepSocketDirectories)
      .catch((error: unknown) => log.debug({ error }, 'cannot remove old socket directories'));
    const [imageId, relayImageId] = await Promise.all([
      findImage({ engine, reference: image, option: '--image', log, signal }),
      findImage({ engine, reference: relayImage, option: '--relay-image', log, signal }),
    ]);
    const volume = await createModelVolume({ docker, runId: this.#runId, imageId, modelDirectory, signal });
    const socketMayWork = engine.host.isLocalSocket;
    const relayFor = createRelayOpener({
      ...{ docker, runId: this.#runId, imageId: relayImageId, image: relayImage, log, transport, socketMayWork },
    });
    return { engine, imageId, volume: volume.name, relayFor };
  }

  async #serve(model: StartedModelContainer, parts: ServedParts): Promise<Run> {
    const {
      memoryBytes = null,
      startupTimeoutMs: timeoutMs = pingStartupTimeoutMs,
      slowStartEveryMs = slowStartEveryMsByDefault,
      log,
    } = this.#options;
    const { signal, remove } = parts;
    const ended = new AbortController();
    const exited = model.exited.then((exit) => {
      ended.abort();
      return `the container ${exitText(exit, memoryBytes)}`;
    });
    const either = AbortSignal.any([signal, ended.signal]);
    const opened = await parts.relay.open(either);
    void opened.exited.then(() => ended.abort());
    const sealing = this.#describe(model, opened, parts.id);
    // Reported below, where the model serves.
    sealing.catch(() => {});
    let lastPing: PingResult | null = null;
    const told = new AbortController();
    void tellOfSlowStart(slowStartEveryMs, AbortSignal.any([either, told.signal]), (seconds) => {
      log.info({ seconds, ping: pingText(lastPing) }, 'waiting for the model');
    });
    const isReady = await waitForPing(opened.relay.channel, {
      timeoutMs,
      signal: either,
      onPing: (result) => {
        lastPing = result;
      },
    });
    told.abort();
    if (!isReady) throw await this.#notReady({ opened, lastPing, timeoutMs, model, isOver: either.aborted });
    return {
      channel: opened.relay.channel,
      ...(await sealing),
      exited: Promise.race([exited, opened.exited.then(() => 'the relay beside the container ended')]),
      async stop(stopTimeoutMs) {
        try {
          await model.stop(stopTimeoutMs);
        } finally {
          await remove();
        }
      },
    };
  }

  async #notReady({ opened, lastPing, timeoutMs, model, isOver }: Silence): Promise<unknown> {
    if (isOver) return new Error('The container, its relay or the start ended.');
    const namespace = await opened.relay.networkNamespace(namespaceTimeoutMs).catch(() => null);
    return silenceFailure({ timeoutMs, lastPing, listening: namespace?.listening ?? null }, this.#context(model));
  }

  /** Whatever failed first: where the container has ended, that is the reason. */
  async #explain(error: unknown, model: StartedModelContainer | null, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) return wasClosed();
    if (model === null) {
      if (error instanceof AirlockError) return error;
      return startFailure(daemonText(error), this.#named());
    }
    const isSilence = error instanceof AirlockError && error.code === 'MODEL_NOT_READY';
    const noticed = new AbortController();
    const exit = await Promise.race([model.exited, pause(isSilence ? 0 : exitNoticeMs, noticed.signal).then(() => null)]);
    noticed.abort();
    if (exit === null) return error;
    await model.log.settled();
    return exitFailure(exit, this.#context(model));
  }

  #context(model: StartedModelContainer): FailureContext {
    return { ...this.#named(), lines: model.log.lines() };
  }

  #named(): Omit<FailureContext, 'lines'> {
    const { image, memoryBytes = null } = this.#options;
    return { image, memoryBytes };
  }

  async #describe(
    model: StartedModelContainer,
    { namespace, transport }: OpenRelay,
    id: string,
  ): Promise<Pick<Run, 'sealed' | 'description'>> {
    const container = `container ${id.slice(0, 12)} of ${this.#options.image}`;
    const by = transport === 'stream' ? ', reached through a stream' : '';
    if (this.#options.isolated === false) {
      return { sealed: false, description: `${container}${by}, NOT sealed: the template does not set EnableNetworkIsolation to true` };
    }
    const leak = findContainerLeak(await model.inspect(), namespace);
    if (leak !== null) return { sealed: false, description: `${container}${by}, NOT sealed: ${leak}` };
    return { sealed: true, description: `${container}${by}, sealed: no network but lo, nothing of its host, the artifact read-only` };
  }
}

interface ServedParts {
  readonly relay: PendingRelay;
  /** Both containers. */
  readonly remove: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly id: string;
}

interface Silence {
  readonly opened: OpenRelay;
  readonly lastPing: PingResult | null;
  readonly timeoutMs: number;
  readonly model: StartedModelContainer;
  readonly isOver: boolean;
}
