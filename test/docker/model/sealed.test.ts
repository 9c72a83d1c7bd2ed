import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../../emulator/model/model.ts';
import { closing, invocation } from '../../flow/model/model-fixture.ts';
import { buildTestImage } from '../../images/build-image.ts';
import type { ProbeReport } from '../../images/egress-probe/probe.ts';
import { docker, hasDocker, leftBehind, relayImage, startModel, transports } from './docker-fixture.ts';

/** On the bridge network: answers TCP by accepting and UDP by an echo. */
const listenerProgram = `
require('node:net').createServer((socket) => socket.on('error', () => {})).listen(7777, () => {
  const udp = require('node:dgram').createSocket('udp4');
  udp.on('message', (text, { port, address }) => udp.send(text, port, address)).bind(7777, () => console.log('listening'));
});
process.on('SIGTERM', () => process.exit());
`;

describe.skipIf(!hasDocker)('a model that tries to get out', () => {
  let image = '';
  let listener = '';
  /** host:port of the listener, and of a port of this machine as containers on the bridge see it. */
  let [ofContainer, ofMachine] = ['', ''];
  const onMachine = createServer((socket) => socket.destroy());

  beforeAll(async () => {
    image = await buildTestImage('egress-probe');
    listener = await docker('run', '--detach', '--rm', '--network', 'bridge', relayImage, 'node', '-e', listenerProgram);
    const format = '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}}';
    const [address, gateway] = (await docker('inspect', '--format', format, listener)).split(' ');
    await new Promise<void>((resolve) => onMachine.listen(0, '0.0.0.0', resolve));
    ofContainer = `${address}:7777`;
    ofMachine = `${gateway}:${(onMachine.address() as { port: number }).port}`;
  });
  afterAll(async () => {
    onMachine.close();
    if (listener) await docker('rm', '--force', listener);
  });

  async function probe(model: Model): Promise<ProbeReport> {
    const targets = [`tcp://${ofContainer}`, `udp://${ofContainer}`, `tcp://${ofMachine}`, `udp://${ofMachine}`];
    const answer = await model.request(invocation({ body: JSON.stringify({ targets }) }));
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body.toString());
  }

  it.each(transports)('reaches nothing while it serves (relay by %s)', async (transport) => {
    await using running = closing(await startModel(image, { transport }));
    expect(running.model.sealed).toBe(true);
    const { results, interfaces } = await probe(running.model);
    expect(interfaces).toEqual(['lo']);
    expect(results.filter(({ reached }) => reached)).toEqual([]);
    const details = new Map(results.map(({ target, detail }) => [target, detail]));
    // What the seal promises, by name: TCP, UDP, DNS, the bridge, the machine, another container, instance metadata, the Docker socket.
    const promised = ['tcp://1.1.1.1:443', 'udp://8.8.8.8:53', 'dns:example.com', 'dns:example.com@8.8.8.8', 'tcp://172.17.0.1:2375'];
    const places = ['tcp://169.254.169.254:80', 'unix:/var/run/docker.sock', `tcp://${ofMachine}`, `tcp://${ofContainer}`];
    expect([...details.keys()]).toEqual(expect.arrayContaining([...promised, ...places]));
    // At once and by the kernel: an attempt that merely timed out might have left the machine.
    for (const [target, detail] of details) {
      const isAddress = /^(tcp|udp):\/\/(?!127)[\d.[]/.test(target);
      const refusals = isAddress ? /^(ENETUNREACH|EADDRNOTAVAIL)$/ : /^(ENOENT|EAI_AGAIN|ENOTFOUND|ECONNREFUSED)$/;
      expect(detail, target).toMatch(refusals);
    }
  });

  it('reaches what there is on a network, so that the attempts above mean something', async () => {
    await using running = closing(await startModel(image, { isolated: false }));
    expect(running.model.sealed).toBe(false);
    const { results, interfaces } = await probe(running.model);
    expect(interfaces).toContain('eth0');
    const reached = results.filter((result) => result.reached).map(({ target }) => target);
    expect(reached).toEqual(expect.arrayContaining([`tcp://${ofContainer}`, `udp://${ofContainer}`, `tcp://${ofMachine}`]));
  });

  it('leaves nothing', async () => {
    expect(await leftBehind()).toEqual([]);
  });
});
