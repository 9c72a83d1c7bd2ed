// Without a Docker that answers: needs none here.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runAirlock } from '../../flow/run-airlock.ts';

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
    const { linkSync } = await import('node:fs');
    linkSync(path, `${path}.left`);
    server.close();
    const { exitCode, stderr } = await failure(`unix://${path}.left`);
    expect(stderr).toMatch(/Docker does not run: nothing answers at/);
    expect(exitCode).toBe(3);
  });
});
