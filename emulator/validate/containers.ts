// The containers of one validation: started as SageMaker starts them, a few at a time, removed whatever happens.
import type { ContainerInspectInfo } from 'dockerode';
import type { Log } from '../log.ts';
import { type DockerEngine, daemonText } from '../model/docker/docker-engine.ts';
import { newRunId } from '../model/docker/labels.ts';
import { removeRun } from '../model/docker/leftovers.ts';
import { type ContainerExit, createModelContainer } from '../model/docker/model-container.ts';
import { createModelVolume } from '../model/docker/model-volume.ts';
import { createRelayOpener } from '../model/docker/open-relay.ts';
import { removeRunLater } from '../model/docker/remove-run-later.ts';
import { ModelFailure } from '../model/model.ts';
import type { ModelChannel } from '../model/model-channel.ts';
import type { NetworkNamespace } from '../model/relay/relay.ts';
import { createTurns } from '../model/relay/turns.ts';

export interface ContainerWish {
  /** `none`, as SageMaker isolates it, or the network namespace of another container: the sinkhole's. */
  readonly network: 'none' | { readonly namespaceOf: string };
  readonly environment?: Readonly<Record<string, string>>;
  /** Mounted read-only at /opt/ml/model. `empty`: nothing is there. Default: what the options say. */
  readonly artifact?: 'empty';
  readonly readOnlyRoot?: boolean;
  readonly memoryBytes?: number | null;
  readonly cpus?: number | null;
}

export interface ValidationContainer extends AsyncDisposable {
  readonly id: string;
  /** On performance.now()'s clock: Docker had started it. */
  readonly startedAtMs: number;
  /** HTTP to 127.0.0.1:8080 in its network namespace. */
  readonly channel: ModelChannel;
  /** Interfaces, routes, listening ports. */
  namespace(): Promise<NetworkNamespace>;
  /** Milliseconds until its server accepted a new connection; null: refused, or not within 3 s. Rejects where the relay does not answer. */
  connectTime(): Promise<number | null>;
  /** What it printed, oldest first, as far as it is kept. */
  logLines(): readonly string[];
  readonly exited: Promise<ContainerExit>;
  /** Null while it runs. */
  exit(): ContainerExit | null;
  inspect(): Promise<ContainerInspectInfo>;
  /** Paths that differ from the image's. */
  changes(): Promise<readonly { readonly path: string; readonly kind: 'changed' | 'added' | 'deleted' }[]>;
  /** SIGTERM, SIGKILL after the time. */
  stop(timeoutMs: number): Promise<{ readonly durationMs: number; readonly exit: ContainerExit }>;
}

export interface ValidationContainers {
  /** The label that everything of this validation carries. */
  readonly runId: string;
  /**
   * Waits for its turn. Resolves when it runs and its relay answers, or when it has ended already; whether it serves is for whoever asks.
   * Rejects with ContainerNotStarted where Docker cannot start its program.
   */
  start(wish: ContainerWish): Promise<ValidationContainer>;
}

/** In the daemon's words. */
export class ContainerNotStarted extends Error {
  override readonly name = 'ContainerNotStarted';
}

export interface ContainersOptions {
  readonly engine: DockerEngine;
  readonly imageId: string;
  readonly relay: { readonly id: string; readonly reference: string };
  readonly modelDirectory: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Ours: at the same time. */
const containersMax = 2;
const turnTimeoutMs = 30 * 60_000;
const namespaceTimeoutMs = 5_000;
const linesKeptMax = 2_000;
const changeKinds = ['changed', 'added', 'deleted'] as const;

/** Dispose of it at the end: then nothing of the validation is left in Docker. */
export function createValidationContainers(options: ContainersOptions): ValidationContainers & AsyncDisposable {
  const { engine, imageId, relay: relayImage, log, signal } = options;
  const { docker } = engine;
  const runId = newRunId();
  const turns = createTurns(containersMax);
  const relayFor = createRelayOpener({
    ...{ docker, runId, imageId: relayImage.id, image: relayImage.reference, log },
    ...{ transport: 'auto', socketMayWork: engine.host.isLocalSocket },
  });
  let artifact: Promise<string> | null = null;
  let started = 0;
  let isDisposed = false;
  /** Of the containers that nobody has removed yet, with their relays: those hold files of ours, too. */
  const removals = new Set<() => Promise<void>>();
  const removeWithoutUs = () => removeRunLater(runId);
  process.once('exit', removeWithoutUs);

  const artifactVolume = () => {
    artifact ??= createModelVolume({ docker, runId, imageId, modelDirectory: options.modelDirectory, signal }).then(({ name }) => name);
    return artifact;
  };

  return {
    runId,
    async start(wish) {
      if (isDisposed) throw new Error('The validation has ended.');
      if (!(await turns.take(turnTimeoutMs, signal))) throw signal.reason ?? new Error('No container may be started at present.');
      let isOver = false;
      const endTurn = () => {
        if (!isOver) turns.end();
        isOver = true;
      };
      try {
        started += 1;
        return await startOne(wish, started, endTurn);
      } catch (error) {
        endTurn();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      process.removeListener('exit', removeWithoutUs);
      await Promise.allSettled([...removals].map((remove) => remove()));
      await removeRun(docker, runId);
    },
  };

  async function startOne(wish: ContainerWish, number: number, endTurn: () => void): Promise<ValidationContainer> {
    const name = `airlock-${runId}-model-${number}`;
    const container = await createModelContainer({
      ...{ docker, runId, name, imageId },
      volume: wish.artifact === 'empty' ? null : await artifactVolume(),
      environment: { ...options.environment, ...wish.environment },
      network: wish.network,
      readOnlyRoot: wish.readOnlyRoot ?? false,
      memoryBytes: wish.memoryBytes === undefined ? options.memoryBytes : wish.memoryBytes,
      cpus: wish.cpus === undefined ? options.cpus : wish.cpus,
    });
    const relay = relayFor(container.id, `airlock-${runId}-relay-${number}`);
    const remove = async () => {
      removals.delete(remove);
      await Promise.all([container.remove(), relay.remove()]);
      endTurn();
    };
    removals.add(remove);
    try {
      const model = await container.start(log, linesKeptMax).catch((error: unknown) => {
        throw new ContainerNotStarted(daemonText(error), { cause: error });
      });
      const startedAtMs = performance.now();
      let exit: ContainerExit | null = null;
      const ended = new AbortController();
      const exited = model.exited.then((given) => {
        exit = given;
        ended.abort();
        return given;
      });
      const opened = await relay.open(AbortSignal.any([signal, ended.signal])).catch((error: unknown) => {
        // Its namespace ended with it.
        if (!ended.signal.aborted) throw error;
        return null;
      });
      return {
        ...{ id: container.id, startedAtMs, exited, exit: () => exit, inspect: () => model.inspect() },
        channel: opened?.relay.channel ?? endedChannel,
        namespace: () =>
          opened === null ? Promise.reject(new Error('The container has ended.')) : opened.relay.networkNamespace(namespaceTimeoutMs),
        connectTime: () => (opened === null ? Promise.resolve(null) : opened.relay.connectTime()),
        logLines: () => model.log.lines(),
        async changes() {
          const differences: unknown = await docker.getContainer(container.id).changes();
          // `null` where there are none, which the client takes for no JSON.
          if (!Array.isArray(differences)) return [];
          return (differences as readonly { Path: string; Kind: 0 | 1 | 2 }[]).map(({ Path: path, Kind }) => ({
            path,
            kind: changeKinds[Kind],
          }));
        },
        async stop(timeoutMs) {
          const beganAtMs = performance.now();
          await model.stop(timeoutMs);
          return { durationMs: performance.now() - beganAtMs, exit: await exited };
        },
        async [Symbol.asyncDispose]() {
          model.log.close();
          await remove();
        },
      };
    } catch (error) {
      await remove();
      throw error;
    }
  }
}

/** Of a container that ended before its relay could be reached. */
const endedChannel: ModelChannel = {
  send: () => Promise.reject(new ModelFailure('notReady', 'The container has ended.')),
  open: () => Promise.reject(new ModelFailure('notReady', 'The container has ended.')),
  destroy: async () => {},
};
