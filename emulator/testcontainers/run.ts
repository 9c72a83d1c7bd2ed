// Everything that one AirlockContainer has in Docker carries one label, and is removed by it: also what a failed start made and forgot.
import type Docker from 'dockerode';
import type { ContainerCreateOptions, VolumeCreateOptions } from 'dockerode';
import { getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { AirlockError } from '../errors.ts';
import { createLog } from '../log.ts';
import { labelsOf, newRunId } from '../model/docker/labels.ts';
import { removeLeftovers, removeRun } from '../model/docker/leftovers.ts';
import type { Runtime } from './container-runtime.ts';

export interface AirlockRun {
  readonly id: string;
  /** What it makes gets the labels of testcontainers, whose reaper then removes it when the process is gone. */
  readonly docker: Docker;
  /** Holds the relay's sockets. */
  readonly socketVolume: string;
  /** Docker's ports are on this machine's loopback address. */
  readonly isLocal: boolean;
  labels(role: 'emulator' | 'relay'): Record<string, string>;
  remove(): Promise<void>;
}

/** @throws AirlockError NOT_AVAILABLE where testcontainers' reaper does not start */
export async function newRun({ client, docker }: Runtime, { cleansUp }: { readonly cleansUp: boolean }): Promise<AirlockRun> {
  const reaperLabels: Record<string, string> = {};
  if (cleansUp) {
    try {
      reaperLabels[LABEL_TESTCONTAINERS_SESSION_ID] = (await getReaper(client)).sessionId;
    } catch (error) {
      throw new AirlockError(
        'NOT_AVAILABLE',
        `The reaper of testcontainers does not start: ${(error as Error).message}`,
        'Where its image cannot be pulled: TESTCONTAINERS_RYUK_DISABLED=true. What a killed run leaves is then removed at the next start.',
        { cause: error },
      );
    }
  }
  await removeLeftovers(docker, createLog('silent'));
  const id = newRunId();
  const labelled = withLabels(docker, reaperLabels);
  const socketVolume = `airlock-${id}-relay`;
  await labelled.createVolume({ Name: socketVolume, Labels: labelsOf(id, 'volume') });
  return {
    id,
    docker: labelled,
    socketVolume,
    isLocal: ['localhost', '127.0.0.1'].includes(client.info.containerRuntime.host),
    labels: (role) => ({ ...labelsOf(id, 'relay'), ...reaperLabels, 'airlock.role': role }),
    remove: () => removeRun(docker, id),
  };
}

function withLabels(docker: Docker, labels: Readonly<Record<string, string>>): Docker {
  return Object.assign(Object.create(docker) as Docker, {
    createContainer: (options: ContainerCreateOptions) => docker.createContainer({ ...options, Labels: { ...options.Labels, ...labels } }),
    createVolume: (options: VolumeCreateOptions = {}) => docker.createVolume({ ...options, Labels: { ...options.Labels, ...labels } }),
  });
}
