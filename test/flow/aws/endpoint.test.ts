// The endpoint as a thing with a lifetime: one port, long-lived connections, an end.

import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startAwsEndpoint } from '../../../emulator/aws/endpoint.ts';
import { systemClock } from '../../../emulator/clock.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import { createLog } from '../../../emulator/log.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';
import { sendRaw } from './raw-request.ts';
import { region, startTestEndpoint } from './test-endpoint.ts';

describe('startAwsEndpoint', () => {
  it('says which option helps when its port is taken', async () => {
    await using first = await startTestEndpoint();
    const options = {
      services: [],
      credentials: createCredentialStore(),
      region,
      port: first.endpoint.port,
      clock: systemClock,
      log: createLog('silent'),
      tracer: createTracer(systemClock),
    };
    await expect(startAwsEndpoint(options)).rejects.toMatchObject({ code: 'PORT_IN_USE', hint: expect.stringContaining('--aws-port') });
  });

  it('closes at once though clients keep idle connections, and twice without harm', async () => {
    const aws = await startTestEndpoint();
    const agent = new Agent({ keepAlive: true });
    await sendRaw({ url: aws.url, method: 'GET', target: '/b/k', headers: {}, agent });
    const startedAt = performance.now();
    await Promise.all([aws.endpoint.close(), aws.endpoint.close()]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await expect(sendRaw({ url: aws.url, method: 'GET', target: '/b/k', headers: {} })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });

  it('outlives clients that hang up in the middle of anything', async () => {
    await using aws = await startTestEndpoint();
    for (const bytes of [
      'PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc',
      'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: TrentService.Sign\r\nContent-Length: 100\r\n\r\n{',
      'GARBAGE\r\n\r\n',
      'GET /%zz?%zz=%zz HTTP/1.1\r\nHost: x\r\n\r\n',
    ]) {
      const socket = connect(aws.endpoint.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(bytes);
      socket.end();
      socket.resume();
      await once(socket, 'close');
    }
    expect((await sendRaw({ url: aws.url, method: 'GET', target: '/b/k', headers: {} })).status).toBe(403);
  });
});
