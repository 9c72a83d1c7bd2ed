// What a test cannot see from inside one process: Airlock killed, and Airlock where the system refuses to seal.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { required } from '../../required.ts';

const directory = mkdtempSync(join(tmpdir(), 'lifetime-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Ignores SIGTERM and the end of standard input: only the kernel ends it. */
const stubborn = join(directory, 'stubborn.mjs');
writeFileSync(
  stubborn,
  `import { createServer } from 'node:http';
   process.on('SIGTERM', () => {});
   createServer((request, response) => response.end()).listen(process.env.MODEL_STUB_LISTEN.slice(5));`,
);

/** Starts a model with that program, prints what it is, then does `then`. */
const owner = join(directory, 'owner.mjs');
const source = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
writeFileSync(
  owner,
  `import { startProcessModel } from ${source('../../../emulator/model/process-model.ts')};
   import { createLog } from ${source('../../../emulator/log.ts')};
   const model = await startProcessModel({ environment: {}, log: createLog('silent'), entryPoint: ${JSON.stringify(stubborn)}, stopTimeoutMs: 100 });
   process.stdout.write(JSON.stringify({ sealed: model.sealed, description: model.description }) + '\\n');
   if (process.argv[2] === 'close') await model.close();`,
);

interface Report {
  readonly sealed: boolean;
  readonly description: string;
}

const refuseNamespaces =
  'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set -all --inh-caps -all --no-new-privs "$0" "$@"';
const inUserNamespace = ['--user', '--map-root-user', 'sh', '-c'];
const canRefuse = process.platform === 'linux' && spawnSync('unshare', [...inUserNamespace, refuseNamespaces, 'true']).status === 0;

describe('a model and its Airlock', () => {
  it.skipIf(process.platform !== 'linux')('end together, by the kernel, when Airlock is killed', async ({ skip }) => {
    const airlock = spawn(process.execPath, [owner], { stdio: ['ignore', 'pipe', 'inherit'], env: { TMPDIR: directory } });
    try {
      const report: Report = JSON.parse(
        await new Promise<string>((resolve) => airlock.stdout.once('data', (data) => resolve(String(data)))),
      );
      const pid = Number(/process (\d+)/.exec(report.description)?.[1]);
      expect(isAlive(pid)).toBe(true);
      airlock.kill('SIGKILL');
      if (!required('seal', report.sealed, report.description)) {
        process.kill(pid, 'SIGKILL');
        skip(report.description);
      }
      const deadline = performance.now() + 5_000;
      while (isAlive(pid) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(isAlive(pid)).toBe(false);
    } finally {
      airlock.kill('SIGKILL');
    }
  });

  it.skipIf(!canRefuse)('run unsealed, and say so and why, where the system refuses namespaces', () => {
    const { stdout, status } = spawnSync('unshare', [...inUserNamespace, refuseNamespaces, process.execPath, owner, 'close'], {
      encoding: 'utf8',
    });
    const report: Report = JSON.parse(stdout);
    expect(report.sealed).toBe(false);
    expect(report.description).toMatch(/NOT sealed: unshare: .+/);
    expect(status).toBe(0);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
