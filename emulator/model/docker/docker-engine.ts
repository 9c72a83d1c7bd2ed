// The connection to the Docker daemon, proved by a ping; every way to fail is one line of what, why and how to fix.
import Docker from 'dockerode';
import { AirlockError } from '../../errors.ts';
import { printable } from '../model-lines.ts';
import { boundCalls } from './bounded-calls.ts';
import { type DockerHost, findDockerHost } from './docker-host.ts';

export interface DockerEngine {
  readonly docker: Docker;
  readonly host: DockerHost;
  /** As images name it: amd64, arm64, arm. */
  readonly architecture: string;
  /** Null where the daemon answers, else why not. Ends within 10 s. */
  findObstacle(): Promise<AirlockError | null>;
  /** Ends all calls under way. */
  disconnect(): void;
}

/** @throws AirlockError NOT_AVAILABLE */
export async function connectDocker(host: DockerHost = findDockerHost()): Promise<DockerEngine> {
  const docker = openClient(host);
  const disconnect = boundCalls(docker);
  const version = await askForVersion(docker, host);
  if (version.Os !== 'linux') {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `Docker at ${host.address} runs ${version.Os} containers, and SageMaker's are Linux containers`,
      'Choose "Switch to Linux containers" in the menu of Docker Desktop.',
    );
  }
  return {
    ...{ docker, host, architecture: version.Arch, disconnect },
    findObstacle: () =>
      askForVersion(docker, host).then(
        () => null,
        (error: AirlockError) => error,
      ),
  };
}

function openClient(host: DockerHost): Docker {
  try {
    return new Docker(host.options);
  } catch (error) {
    // docker-modem reads DOCKER_CERT_PATH whatever it is given.
    throw cannotConnect(error as NodeJS.ErrnoException, { ...host, options: {} });
  }
}

async function askForVersion(docker: Docker, host: DockerHost): Promise<{ readonly Os: string; readonly Arch: string }> {
  try {
    return await docker.version();
  } catch (error) {
    throw cannotConnect(error as NodeJS.ErrnoException, host);
  }
}

function cannotConnect(error: NodeJS.ErrnoException, host: DockerHost): AirlockError {
  const { address } = host;
  const path = host.options.socketPath;
  const notAvailable = (message: string, hint: string) => new AirlockError('NOT_AVAILABLE', message, hint, { cause: error });
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return notAvailable(
      `No permission to use Docker: this user may not open ${path ?? address}`,
      'Add the user to the group: sudo usermod -aG docker "$USER", then log in again. Without Docker: --model process.',
    );
  }
  if (path !== undefined && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
    return notAvailable(
      `No Docker here: there is no ${path}`,
      'Install Docker, or start it (Docker Desktop, or: sudo systemctl start docker), or set DOCKER_HOST. Without Docker: --model process.',
    );
  }
  if (path !== undefined && error.code === 'ECONNREFUSED') {
    return notAvailable(
      `Docker does not run: nothing answers at ${path}`,
      'Start it: Docker Desktop, or: sudo systemctl start docker. Without Docker: --model process.',
    );
  }
  return notAvailable(
    `Docker at ${address} cannot be reached: ${error.message.trim() || error.code}`,
    'Check DOCKER_HOST and "docker version", or unset DOCKER_HOST for the local daemon. Without Docker: --model process.',
  );
}

/** What the daemon said, which may be in the words of an image or a registry, without dockerode's "(HTTP code 404) no such container - ". */
export function daemonText(error: unknown): string {
  const { json, message } = error as { json?: { message?: string } | null; message?: string };
  return printable(json?.message ?? message ?? String(error))
    .replace(/^\(HTTP code \d+\) .*? - /, '')
    .trim();
}

/** 404 and the like, or null where the daemon did not answer. */
export function statusOf(error: unknown): number | null {
  return (error as { statusCode?: number }).statusCode ?? null;
}
