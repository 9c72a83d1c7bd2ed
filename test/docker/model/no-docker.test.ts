// Without a Docker that answers: needs none here.
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { runAirlock } from '../../flow/run-airlock.ts';
import { required } from '../../required.ts';

const directory = mkdtempSync(join(tmpdir(), 'no-docker-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function failure(DOCKER_HOST: string) {
  const args = ['demo', '--model', 'docker', '--image', 'any:1', '--log-level', 'error'];
  await using airlock = runAirlock(args, { env: { DOCKER_HOST } });
  return { exitCode: await airlock.exitCode, stderr: airlock.stderr() };
}

describe('--model docker', () => {
  it.each([
    ['there is no socket', `unix://${directory}/none.sock`, /No Docker here: there is no .*none\.sock/],
    ['nothing answers over TCP', 'tcp://127.0.0.1:1', /Docker at tcp:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/],
    ['nothing answers over SSH', 'ssh://nobody@127.0.0.1:1', /^error Docker at ssh:.* cannot be reached: .*ECONNREFUSED/],
    ['the address is none', 'ftp://somewhere', /its address is "ftp:\/\/somewhere"/],
  ])('is one clear line and exit 3 where %s', async (_, host, line) => {
    const { exitCode, stderr } = await failure(host);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect(exitCode).toBe(3);
  });

  it('says that the daemon does not run where its socket is left of one that ended', async () => {
    const path = join(directory, 'stale.sock');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    // A second name keeps the file when the server removes its own.
    linkSync(path, `${path}.left`);
    server.close();
    const { exitCode, stderr } = await failure(`unix://${path}.left`);
    expect(stderr).toMatch(/Docker does not run: nothing answers at/);
    expect(exitCode).toBe(3);
  });
});

const main = fileURLToPath(new URL('../../../emulator/main.ts', import.meta.url));
const socket = '/var/run/docker.sock';
/** A user without any group, and nothing of our environment. */
const nobody = { uid: 65_534, gid: 65_534, cwd: '/', env: { PATH: process.env.PATH ?? '' } };
const isRoot = process.getuid?.() === 0;
const mode = statSync(socket, { throwIfNoEntry: false })?.mode ?? 0o666;
const canBeNobody =
  required('root', isRoot, 'only root can become another user') &&
  required('docker', (mode & 0o006) === 0, `there is no ${socket} that is closed to others`) &&
  required('docker', spawnSync(process.execPath, [main, '--version'], nobody).status === 0, 'another user cannot read this folder');

describe.skipIf(!canBeNobody)('--model docker, for a user who may not open the socket of Docker', () => {
  it('is one clear line with the way out, and exit 3', async () => {
    const args = [main, 'demo', '--model', 'docker', '--image', 'any:1', '--log-level', 'error'];
    const failed = await promisify(execFile)(process.execPath, args, nobody).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({
      code: 3,
      stderr: `error No permission to use Docker: this user may not open ${socket}
      Add the user to the group: sudo usermod -aG docker "$USER", then log in again. Without Docker: --model process.
`,
    });
  });
});
