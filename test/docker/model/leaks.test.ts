// The seal is proved, not assumed: a daemon that gives the container more than it was asked for is noticed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closing, invocation, until } from '../../flow/model/model-fixture.ts';
import { buildTestImage } from '../../images/build-image.ts';
import { required } from '../../required.ts';
import { containerOf, docker, hasDocker, leftBehind, startModel } from './docker-fixture.ts';
import { replacePadded, startDockerProxy } from './docker-proxy.ts';

const hasSocket = hasDocker && required('docker', existsSync('/var/run/docker.sock'), 'no /var/run/docker.sock to put a proxy before');
const directory = mkdtempSync(join(tmpdir(), 'leaks-'));
const ports = '"PublishAllPorts":false';

/** What a request to create the model's container becomes. */
const leaks: readonly { readonly name: string; readonly reason: RegExp; readonly rewrite: (sent: string) => string }[] = [
  {
    name: 'a network',
    reason: /NOT sealed: its network mode is bridge$/,
    // Longer by two: room is made elsewhere.
    rewrite: (sent) =>
      sent.includes(ports)
        ? replacePadded(sent, `${ports},`, '').replace('"NetworkMode":"none"', '"NetworkMode":"bridge"').replace('  ', '')
        : sent,
  },
  {
    name: 'a capability',
    reason: /NOT sealed: it has capabilities added \((CAP_)?NET_RAW\)$/,
    rewrite: (sent) => replacePadded(sent, ports, '"CapAdd":["NET_RAW"]'),
  },
  {
    name: 'the IPC namespace of its host',
    reason: /NOT sealed: it shares a namespace with its host or another container$/,
    rewrite: (sent) => replacePadded(sent, '"IpcMode":"private"', '"IpcMode":"host"'),
  },
  {
    name: 'a directory of its host',
    reason: /NOT sealed: it sees \/tmp of its host$/,
    rewrite: (sent) =>
      sent.replace(/"Type":"volume","Source":"airlock-\w+-artifact"/, (from) => '"Type":"bind","Source":"/tmp"'.padEnd(from.length)),
  },
];

describe.skipIf(!hasSocket)('a container that was given', () => {
  let image = '';
  const before = process.env.DOCKER_HOST;
  let path = '';
  beforeAll(async () => {
    image = await buildTestImage('shows-artifact');
  });
  beforeEach(() => {
    // Its own: connections that were kept alive still lead to the proxy of another test.
    path = join(mkdtempSync(join(directory, 'case-')), 'docker.sock');
    process.env.DOCKER_HOST = `unix://${path}`;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(leaks)('$name is not called sealed, with the reason', async ({ rewrite, reason }) => {
    await using _proxy = await startDockerProxy({ path }, rewrite);
    await using running = closing(await startModel(image));
    expect(running.model).toMatchObject({ sealed: false, description: expect.stringMatching(reason) });
  });

  it('a network only when it was started again does not come into service', async () => {
    const [network] = leaks;
    let leaky = false;
    await using _proxy = await startDockerProxy({ path }, (sent) => (leaky && network ? network.rewrite(sent) : sent));
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
    await using running = closing(await startModel(image, { log }));
    expect(running.model.sealed).toBe(true);
    leaky = true;
    const first = containerOf(running.model);
    await docker('kill', '--signal', 'KILL', first);
    await until(() => lines.some((line) => line.includes('the model did not start again')), 20_000);
    expect(running.model.state).toBe('starting');
    leaky = false;
    await until(() => running.model.state === 'inService', 20_000);
    expect(running.model.sealed).toBe(true);
    expect((await running.model.request(invocation())).status).toBe(200);
    await running.model.close();
    expect(await leftBehind()).toEqual([]);
  });
});
