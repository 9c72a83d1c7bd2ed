import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../emulator/config.ts';
import { createLog } from '../../emulator/log.ts';
import { start } from '../../emulator/start.ts';

const log = createLog('silent');
const freePorts = { port: 0, awsPort: 0, controlPort: 0 };

describe('a start that is given up', () => {
  it('before it began does nothing, not even read the templates', async () => {
    const options = resolveOptions({ ...freePorts, template: ['no-such-template.yaml'] });
    const reason = new Error('given up');
    await expect(start(options, { log, beganAtMs: 0, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('while the templates are read starts no model', async () => {
    let requests = 0;
    const model = createServer((_request, response) => {
      requests += 1;
      response.end();
    });
    model.listen(0, '127.0.0.1');
    await once(model, 'listening');
    const options = resolveOptions({ ...freePorts, model: `http://127.0.0.1:${(model.address() as AddressInfo).port}` });
    const giveUp = new AbortController();
    const reason = new Error('given up');
    const started = start(options, { log, beganAtMs: 0, signal: giveUp.signal });
    giveUp.abort(reason);
    await expect(started).rejects.toBe(reason);
    expect(requests).toBe(0);
    await new Promise((resolve) => model.close(resolve));
  });
});
