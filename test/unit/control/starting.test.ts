import { expect, it } from 'vitest';
import { buildControlServer } from '../../../emulator/control/control-server.ts';
import { createLog } from '../../../emulator/log.ts';

it('answers GET /health with 503 until everything is up, so that nobody looks for files that are not written yet', async () => {
  let status = 'starting';
  const app = await buildControlServer({ port: 0, health: () => ({ status }), traces: () => [], log: createLog('silent') });
  try {
    const ask = async () => {
      const { statusCode, json } = await app.inject({ path: '/health', headers: { host: '127.0.0.1' } });
      return { statusCode, body: json() };
    };
    expect(await ask()).toEqual({ statusCode: 503, body: { status: 'starting' } });
    status = 'degraded';
    expect(await ask()).toEqual({ statusCode: 200, body: { status: 'degraded' } });
  } finally {
    await app.close();
  }
});
