// What the tests of the container share: whether Docker is here, the stub's image, and what a model left behind.
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DockerModelOptions, startDockerModel } from '../../../emulator/model/docker/docker-model.ts';
import type { Model } from '../../../emulator/model/model.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { required } from '../../required.ts';

const run = promisify(execFile);

export const relayImage = 'node:24-bookworm-slim';
export const transports = ['socket', 'stream'] as const;

/** Docker and the images' base; without them the tests are skipped. */
export const hasDocker = required('docker', answers(['image', 'inspect', relayImage]), `no Docker here with the image ${relayImage}`);

function answers(args: readonly string[]): boolean {
  try {
    execFileSync('docker', [...args], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** The stub's own image, built from what lies in the repository. */
export async function stubImage(): Promise<string> {
  const reference = 'airlock-test-inline/model-stub';
  await docker('build', '--quiet', '--tag', reference, fileURLToPath(new URL('../../../model-stub', import.meta.url)));
  return reference;
}

export async function docker(...args: readonly string[]): Promise<string> {
  return (await run('docker', [...args])).stdout.trim();
}

export function startModel(image: string, more: Partial<DockerModelOptions> = {}): Promise<Model> {
  return startDockerModel({ image, environment: {}, relayImage, log: silentLog, ...more });
}

export function containerOf(model: Model): string {
  const id = /container (\w+)/.exec(model.description)?.[1];
  if (id === undefined) throw new Error(`no container in "${model.description}"`);
  return id;
}

/** Containers and volumes that Airlocks of this process (or another) made and did not remove. */
export async function leftBehind(pid: number = process.pid): Promise<string[]> {
  const label = `label=airlock.pid=${pid}`;
  const lists = [
    await docker('ps', '--all', '--no-trunc', '--filter', label, '--format', '{{.Names}}'),
    await docker('volume', 'ls', '--filter', label, '--format', '{{.Name}}'),
  ];
  return lists.flatMap((list) => list.split('\n')).filter(Boolean);
}
