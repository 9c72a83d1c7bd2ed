// What the tests of the container share: whether Docker is here, a model in it, and what a model left behind.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type DockerModelOptions, startDockerModel } from '../../../emulator/model/docker/docker-model.ts';
import type { Model } from '../../../emulator/model/model.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { dockerImage } from '../../images/engine.ts';
import { required } from '../../required.ts';

const run = promisify(execFile);
const commandLimitMs = 60_000;

export const relayImage = 'node:24-bookworm-slim';
export const transports = ['socket', 'stream'] as const;

const base = dockerImage(relayImage);
/** Docker and the images' base; without them the tests are skipped. */
export const hasDocker = required('docker', base.isThere, base.reason);

export async function docker(...args: readonly string[]): Promise<string> {
  return (await run('docker', [...args], { timeout: commandLimitMs })).stdout.trim();
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
  const lists = await Promise.all([
    docker('ps', '--all', '--no-trunc', '--filter', label, '--format', '{{.Names}}'),
    docker('volume', 'ls', '--filter', label, '--format', '{{.Name}}'),
  ]);
  return lists.flatMap((list) => list.split('\n')).filter(Boolean);
}
