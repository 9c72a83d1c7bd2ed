// The Docker that testcontainers found, or the reason why there is none.
import type Docker from 'dockerode';
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { AirlockError } from '../errors.ts';

export interface Runtime {
  readonly client: ContainerRuntimeClient;
  readonly docker: Docker;
  /** As images name it, e.g. amd64. */
  readonly architecture: string;
}

/** @throws AirlockError NOT_AVAILABLE */
export async function connectRuntime(): Promise<Runtime> {
  try {
    const client = await getContainerRuntimeClient();
    const docker = client.container.dockerode;
    const { Arch: architecture } = await docker.version();
    return { client, docker, architecture };
  } catch (error) {
    const hint = 'Start Docker, or set DOCKER_HOST; DEBUG=testcontainers* says where it was looked for.';
    throw new AirlockError('NOT_AVAILABLE', `Docker cannot be used: ${(error as Error).message}`, hint, { cause: error });
  }
}
