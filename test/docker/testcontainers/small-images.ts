// What the tests of AirlockContainer start, and what they left in Docker.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { failureOf } from '../../images/airlock-images.ts';

const buildTimeoutMs = 300_000;
const run = promisify(execFile);

// Where its image is not here, it would have to be pulled: not everywhere is there a registry.
if (failureOf(['image', 'inspect', 'testcontainers/ryuk:0.14.0']) !== null) process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

/** An image of one program for Node, started as SageMaker starts it. */
export function imageOf(name: string, program: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-container-'));
  try {
    writeFileSync(join(directory, 'serve.mjs'), program);
    writeFileSync(
      join(directory, 'Dockerfile'),
      'FROM node:24-bookworm-slim\nCOPY serve.mjs /serve.mjs\nENTRYPOINT ["node", "/serve.mjs"]\n',
    );
    const reference = `airlock-container-test/${name}`;
    execFileSync('docker', ['build', '--quiet', '--tag', reference, directory], { stdio: 'pipe', timeout: buildTimeoutMs });
    return reference;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export async function docker(...command: readonly string[]): Promise<string> {
  return (await run('docker', [...command])).stdout.trim();
}

/** Containers and volumes that this process (or another) made and did not remove. */
export async function leftBehind(pid: number | undefined = process.pid): Promise<string[]> {
  const filter = ['--filter', `label=airlock.pid=${pid}`];
  const lists = [
    await docker('ps', '--all', ...filter, '--format', '{{.Names}}'),
    await docker('volume', 'ls', ...filter, '--format', '{{.Name}}'),
  ];
  return lists.flatMap((list) => list.split('\n')).filter(Boolean);
}
