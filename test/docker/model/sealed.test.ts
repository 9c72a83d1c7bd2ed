import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../../emulator/model/model.ts';
import { closing, invocation } from '../../flow/model/model-fixture.ts';
import { docker, hasDocker, leftBehind, relayImage, startModel, transports } from './docker-fixture.ts';
import { egressProgram } from './egress-program.ts';
import { inlineImage } from './inline-image.ts';

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
  let listenerAddress = '';
  let gateway = '';
  const ofHost = createServer((socket) => socket.destroy());

  beforeAll(async () => {
    image = inlineImage('egress-probe', { program: egressProgram });
    listener = await docker('run', '--detach', '--rm', '--network', 'bridge', relayImage, 'node', '-e', listenerProgram);
    listenerAddress = await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', listener);
    gateway = await docker('inspect', '--format', '{{.NetworkSettings.Gateway}}', listener);
    await new Promise<void>((resolve) => ofHost.listen(0, '0.0.0.0', resolve));
  });
  afterAll(async () => {
    ofHost.close();
    if (listener) await docker('rm', '--force', listener);
  });

  async function attempts(model: Model): Promise<{ readonly outcomes: Record<string, string>; readonly interfaces: readonly string[] }> {
    const { port } = ofHost.address() as { port: number };
    const body = JSON.stringify({ listener: `${listenerAddress}:7777`, gateway: `${gateway}:${port}` });
    const answer = await model.request(invocation({ body }));
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body.toString());
  }

  it.each(transports)('reaches nothing while it serves (relay by %s)', async (transport) => {
    await using running = closing(await startModel(image, { transport }));
    expect(running.model.sealed).toBe(true);
    const { outcomes, interfaces } = await attempts(running.model);
    expect(interfaces).toEqual(['lo']);
    expect(Object.keys(outcomes)).toHaveLength(13);
    // At once and by the kernel: an attempt that merely timed out might have left the machine.
    for (const [name, outcome] of Object.entries(outcomes)) {
      expect(outcome, name).toMatch(/^(ENETUNREACH|EADDRNOTAVAIL|ENOENT|EAI_AGAIN|ENOTFOUND|ECONNREFUSED)$/);
      if (/^(TCP|UDP)|^instance|^container/.test(name)) expect(outcome, name).toMatch(/^(ENETUNREACH|EADDRNOTAVAIL)$/);
    }
  });

  it('reaches what there is on a network, so that the attempts above mean something', async () => {
    await using running = closing(await startModel(image, { isolated: false }));
    expect(running.model.sealed).toBe(false);
    const { outcomes } = await attempts(running.model);
    expect(outcomes).toMatchObject({ 'TCP to a container': 'reached', 'UDP to a container': 'reached' });
    expect(outcomes['TCP to the bridge']).toMatch(/^(reached|ECONNREFUSED)$/);
  });

  it('leaves nothing', async () => {
    expect(await leftBehind()).toEqual([]);
  });
});
