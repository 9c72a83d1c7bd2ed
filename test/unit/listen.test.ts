// What a server that cannot listen tells whoever chose its port.
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenOrExplain } from '../../emulator/listen.ts';

const flag = '--aws-port';

describe('listenOrExplain', () => {
  it('gives the port, and says which option helps when it is taken', async () => {
    const first = createServer();
    const port = await listenOrExplain(first, { host: '127.0.0.1', port: 0, flag });
    expect(port).toBeGreaterThan(0);
    await expect(listenOrExplain(createServer(), { host: '127.0.0.1', port, flag })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      exitCode: 2,
      message: expect.stringContaining(`${port} of 127.0.0.1`),
      hint: expect.stringContaining(flag),
      cause: expect.objectContaining({ code: 'EADDRINUSE' }),
    });
    await new Promise((resolve) => first.close(resolve));
  });

  it('says that an address is not of this machine', async () => {
    // 192.0.2.0/24 is for documentation, RFC 5737: nobody has it.
    await expect(listenOrExplain(createServer(), { host: '192.0.2.1', port: 0, flag })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('192.0.2.1'),
    });
  });

  it.each([
    [
      'EACCES',
      { code: 'BAD_OPTION', exitCode: 2, message: expect.stringContaining('80 of 127.0.0.1'), hint: expect.stringContaining(flag) },
    ],
    ['EMFILE', { code: 'EMFILE' }],
  ])('of %s makes %j, also where a framework listens', async (code, expected) => {
    const error = Object.assign(new Error('listen'), { code });
    // Whether port 80 needs a right depends on the machine and on who runs the tests.
    const target = { server: createServer(), listen: () => Promise.reject(error) };
    await expect(listenOrExplain(target, { host: '127.0.0.1', port: 80, flag })).rejects.toMatchObject(expected);
  });
});
