// One container of the model, started as SageMaker does: `docker run IMAGE serve` with the artifact read-only and no network.
// Source of the rules: AWS, "Custom inference code with hosting services".
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions, ContainerInspectInfo } from 'dockerode';
import type { Log } from '../../log.ts';
import { type ContainerLog, followLog } from './container-log.ts';
import { daemonText, statusOf } from './docker-engine.ts';
import { labelsOf } from './labels.ts';
import { unlessGone } from './leftovers.ts';

/** Docker's default, and SageMaker's as far as is known. */
const sharedMemoryBytes = 64 * 1024 * 1024;
export const platformModelDirectory = '/opt/ml/model';
export const modelHostname = 'model.aws.local';

export interface ModelContainerOptions {
  readonly docker: Docker;
  readonly runId: string;
  readonly name: string;
  readonly imageId: string;
  /** The volume that holds the artifact; null: nothing is there. */
  readonly volume: string | null;
  /** All that is added to the image's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Docker's mode, or the container whose network namespace, host name and resolver it shares. */
  readonly network: 'none' | 'bridge' | { readonly namespaceOf: string };
  readonly readOnlyRoot?: boolean;
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
}

/** How a container ended. */
export interface ContainerExit {
  readonly code: number | null;
  readonly outOfMemory: boolean;
  /** The daemon's own words, often empty. */
  readonly error: string;
}

export interface ModelContainer {
  readonly id: string;
  /** Rejects with the daemon's error where the program cannot be started. */
  start(log: Log, linesKeptMax?: number): Promise<StartedModelContainer>;
  remove(): Promise<void>;
}

export interface StartedModelContainer {
  readonly log: ContainerLog;
  /** Resolves when it ended. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  inspect(): Promise<ContainerInspectInfo>;
  /** SIGTERM, whatever the image's STOPSIGNAL says, and SIGKILL after the time. */
  stop(timeoutMs: number): Promise<void>;
}

export async function createModelContainer(options: ModelContainerOptions): Promise<ModelContainer> {
  const container = await options.docker.createContainer(createOptions(options));
  return {
    id: container.id,
    start: (log, linesKeptMax) => start(container, log, linesKeptMax),
    remove: async () => void (await unlessGone(() => container.remove({ force: true, v: true }))),
  };
}

function createOptions(options: ModelContainerOptions): ContainerCreateOptions {
  const { runId, name, imageId, volume, environment, network, readOnlyRoot = false, memoryBytes, cpus } = options;
  return {
    name,
    Image: imageId,
    Cmd: ['serve'],
    // Docker takes none where the network is another container's.
    ...(typeof network === 'string' && { Hostname: modelHostname }),
    Env: Object.entries(environment).map(([variable, value]) => `${variable}=${value}`),
    Labels: labelsOf(runId, 'model'),
    // SageMaker asks /ping and nothing else.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: typeof network === 'string' ? network : `container:${network.namespaceOf}`,
      ReadonlyRootfs: readOnlyRoot,
      ShmSize: sharedMemoryBytes,
      ...(memoryBytes !== null && { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(cpus !== null && { NanoCpus: Math.round(cpus * 1e9) }),
      Mounts: volume === null ? [] : [{ Type: 'volume', Source: volume, Target: platformModelDirectory, ReadOnly: true }],
      // An empty one in memory hides what the image has there.
      Tmpfs: { ...(volume === null && { [platformModelDirectory]: 'ro' }), ...(readOnlyRoot && { '/tmp': 'rw,exec' }) },
      SecurityOpt: ['no-new-privileges'],
      IpcMode: 'private',
      PublishAllPorts: false,
      RestartPolicy: { Name: 'no' },
      // Readable whatever the daemon's default is, and never more than this on the disk.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}

async function start(container: Container, log: Log, linesKeptMax: number | undefined): Promise<StartedModelContainer> {
  await container.start();
  const containerLog = await followLog(container, log, linesKeptMax);
  const exited = exitOf(container);
  return {
    log: containerLog,
    exited,
    inspect: () => container.inspect(),
    async stop(timeoutMs) {
      const timer = setTimeout(() => void kill(container, 'SIGKILL').catch(() => {}), timeoutMs);
      try {
        await kill(container, timeoutMs > 0 ? 'SIGTERM' : 'SIGKILL');
        await exited;
      } finally {
        clearTimeout(timer);
        containerLog.close();
      }
    },
  };
}

/** A container that has ended is no failure. */
async function kill(container: Container, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  try {
    await container.kill({ signal });
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 409) throw error;
  }
}

async function exitOf(container: Container): Promise<ContainerExit> {
  try {
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    const { State: state } = await container.inspect();
    return { code, outOfMemory: state.OOMKilled, error: state.Error };
  } catch (error) {
    const reason = statusOf(error) === null ? 'the connection to Docker broke' : 'Docker tells no more of it';
    return { code: null, outOfMemory: false, error: `${reason} (${daemonText(error)})` };
  }
}

/** For people: `exit code 3`, `signal SIGKILL`, `killed, as it needed more than its 64 MB of memory`. */
export function exitText({ code, outOfMemory, error }: ContainerExit, memoryBytes: number | null = null): string {
  const limit = memoryBytes === null ? 'than this machine has' : `than its limit of ${Math.round(memoryBytes / 1024 / 1024)} MB`;
  if (outOfMemory) return `was killed because it needed more memory ${limit}`;
  if (code === null) return `is out of reach: ${error}`;
  const signal = { 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM', 134: 'SIGABRT', 132: 'SIGILL', 135: 'SIGBUS' }[code];
  return signal === undefined ? `ended with exit code ${code}` : `was ended by signal ${signal} (exit code ${code})`;
}
