// One run of docker-compose.yml for a test: a project of its own, free ports, and nothing left of it afterwards.
import { type ExecFileException, execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const commandTimeoutMs = 110_000;

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ComposeProject extends AsyncDisposable {
  readonly name: string;
  /** Holds .airlock/credentials. */
  readonly directory: string;
  readonly ports: { readonly api: number; readonly aws: number; readonly control: number; readonly localStack: number };
  /** `docker compose …` of this project. Never rejects for an exit code. */
  compose(...args: string[]): Promise<Ran>;
}

export function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = root): Promise<Ran> {
  return new Promise((done) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: commandTimeoutMs, maxBuffer: 32 * 1_024 * 1_024 };
    execFile(command, args, options, (error: ExecFileException | null, stdout, stderr) =>
      done({ exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr }),
    );
  });
}

/** `env` overrides what docker-compose.yml reads. */
export async function composeProject(env: Readonly<Record<string, string>> = {}): Promise<ComposeProject> {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-compose-'));
  await mkdir(join(directory, '.airlock'));
  const name = basename(directory).toLowerCase();
  const [api = 0, aws = 0, control = 0, localStack = 0] = await freePorts(4);
  const environment = {
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_ANSI: 'never',
    COMPOSE_PROGRESS: 'plain',
    AIRLOCK_PORT: String(api),
    AIRLOCK_AWS_PORT: String(aws),
    AIRLOCK_CONTROL_PORT: String(control),
    LOCALSTACK_PORT: String(localStack),
    AIRLOCK_DIRECTORY: join(directory, '.airlock'),
    ...env,
  };
  const compose = (...args: string[]) => run('docker', ['compose', ...args], environment);
  return {
    name,
    directory,
    ports: { api, aws, control, localStack },
    compose,
    async [Symbol.asyncDispose]() {
      await compose('--profile', 'demo', 'down', '--volumes', '--timeout', '2', '--remove-orphans');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Held open until all are found, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
