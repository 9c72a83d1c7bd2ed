// The relay beside one model container: in its network namespace and in nothing else of it, with no privileges at all.
// It is reached through a socket in a directory of ours, or through its own standard input and output where that does not work.
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import type { Log } from '../../log.ts';
import { connectSocketRelay, connectStreamRelay } from '../relay/connect-relay.ts';
import type { Relay } from '../relay/relay.ts';
import { relayCommand } from '../relay/relay-command.ts';
import { createSocketDirectory, type SocketDirectory } from '../socket-directory.ts';
import { attachToContainer } from './attached-stream.ts';
import { demultiplex } from './demultiplex.ts';
import { labelsOf } from './labels.ts';
import { unlessGone } from './leftovers.ts';

export type Transport = 'socket' | 'stream';

export interface RelayContainerOptions {
  readonly docker: Docker;
  readonly runId: string;
  readonly name: string;
  readonly imageId: string;
  readonly modelId: string;
  readonly transport: Transport;
  readonly log: Log;
}

export interface RelayContainer {
  /** The model's container must run. The relay may not be reachable yet. */
  start(): Promise<Relay>;
  /** Once it was started. Never rejects. */
  exited(): Promise<void>;
  /** What it wrote to standard error, for a message. */
  errorText(): Promise<string>;
  remove(): Promise<void>;
}

const memoryBytes = 256 * 1024 * 1024;
const pidsMax = 64;
const socketsInside = '/airlock';
const errorTextMax = 1_000;
const nobody = '65534:65534';

export async function createRelayContainer(options: RelayContainerOptions): Promise<RelayContainer> {
  const directory = options.transport === 'socket' ? createSocketDirectory() : null;
  try {
    const container = await options.docker.createContainer(createOptions(options, directory));
    return handle(container, directory, options.log);
  } catch (error) {
    directory?.remove();
    throw error;
  }
}

function createOptions(
  { runId, name, imageId, modelId }: RelayContainerOptions,
  directory: SocketDirectory | null,
): ContainerCreateOptions {
  return {
    name,
    Image: imageId,
    Entrypoint: [...relayCommand(directory === null ? '-' : socketsInside)],
    Cmd: [],
    // Only we may then open the socket.
    User: directory === null ? nobody : `${process.getuid?.()}:${process.getgid?.()}`,
    Labels: labelsOf(runId, 'relay'),
    Healthcheck: { Test: ['NONE'] },
    ...(directory === null && { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true }),
    HostConfig: {
      NetworkMode: `container:${modelId}`,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: pidsMax,
      RestartPolicy: { Name: 'no' },
      ...(directory !== null && { Mounts: [{ Type: 'bind', Source: directory.socketDirectory, Target: socketsInside }] }),
      // On its output are requests and answers: Docker must not write them to its log.
      LogConfig: directory === null ? { Type: 'none', Config: {} } : { Type: 'json-file', Config: { 'max-size': '1m' } },
    },
  };
}

function handle(container: Container, directory: SocketDirectory | null, log: Log): RelayContainer {
  let errors = '';
  let relay: Relay | null = null;
  let exited: Promise<void> = Promise.resolve();
  const addError = (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-errorTextMax);
  };
  return {
    async start() {
      relay =
        directory === null
          ? connectStreamRelay({ stream: await attachToContainer(container, addError), log })
          : connectSocketRelay({ directory: directory.socketDirectory, log });
      await container.start();
      exited = container.wait().then(
        () => {},
        () => {},
      );
      return relay;
    },
    exited: () => exited,
    async errorText() {
      if (directory !== null) {
        const keep = (chunk: Buffer, taken: () => void) => {
          addError(chunk);
          taken();
        };
        const frames = demultiplex({ stdout: keep, stderr: keep });
        frames.end((await container.logs({ stderr: true, stdout: false, tail: 5 })) as Buffer);
      }
      return errors.trim().replaceAll('\n', ' | ');
    },
    async remove() {
      try {
        await relay?.close();
        await unlessGone(() => container.remove({ force: true, v: true }));
      } finally {
        directory?.remove();
      }
    },
  };
}
