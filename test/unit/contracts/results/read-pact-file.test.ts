import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPactFile } from '../../../../contracts/pact/read-pact-file.ts';
import { readRegularFile } from '../../../../contracts/pact/read-regular-file.ts';

const text = JSON.stringify({
  consumer: { name: 'a' },
  provider: { name: 'b' },
  interactions: [{ description: 'd', request: { method: 'GET', path: '/' }, response: { status: 200 } }],
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-pact-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const onUnix = process.platform !== 'win32';

describe('a pact file', () => {
  it('is read without its byte order mark', async () => {
    const file = join(await folder(), 'pact.json');
    writeFileSync(file, `\uFEFF${text}`);
    expect(await readPactFile(file)).toMatchObject({ file, text, pact: { consumer: 'a', provider: 'b' } });
  });

  const refused: readonly [string, (directory: string) => string, string, string][] = [
    ['that is not there', (directory) => join(directory, 'none.json'), 'BAD_USAGE', 'is not there'],
    ['that is a directory', (directory) => directory, 'BAD_USAGE', 'is no file but a directory'],
    [
      'that is no UTF-8 text',
      (directory) => {
        writeFileSync(join(directory, 'latin1.json'), Buffer.from(text.replace('"a"', '"ä"'), 'latin1'));
        return join(directory, 'latin1.json');
      },
      'PACT_DAMAGED',
      'is no UTF-8 text',
    ],
    [
      'that is too large',
      (directory) => {
        writeFileSync(join(directory, 'large.json'), '');
        truncateSync(join(directory, 'large.json'), 10_000_001);
        return join(directory, 'large.json');
      },
      'PACT_DAMAGED',
      'has more than 10000000 bytes',
    ],
  ];
  it.each(refused)('%s is refused', async (_what, path, code, words) => {
    const file = path(await folder());
    await expect(readPactFile(file)).rejects.toMatchObject({ code, message: expect.stringContaining(`${file} ${words}`) });
  });

  const endless: readonly [string, (directory: string) => string][] = [
    ['a device', () => '/dev/zero'],
    [
      'a link to a device',
      (directory) => {
        symlinkSync('/dev/zero', join(directory, 'link.json'));
        return join(directory, 'link.json');
      },
    ],
    [
      'a named pipe that nobody writes to',
      (directory) => {
        execFileSync('mkfifo', [join(directory, 'pipe.json')]);
        return join(directory, 'pipe.json');
      },
    ],
  ];
  it.skipIf(!onUnix).each(endless)('that is %s is refused at once', async (_what, path) => {
    const file = path(await folder());
    await expect(readPactFile(file)).rejects.toMatchObject({ code: 'BAD_USAGE', message: expect.stringContaining('is no file but a') });
  });

  it.skipIf(!onUnix)('that is a socket is refused', async () => {
    const file = join(await folder(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(file, resolve));
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    await expect(readPactFile(file)).rejects.toMatchObject({ code: 'BAD_USAGE', message: expect.stringContaining('cannot be read') });
  });

  it('that grows while it is read is read up to the limit', async () => {
    const file = join(await folder(), 'growing');
    await using writer = await open(file, 'w');
    await writer.write('x'.repeat(1_000));
    let stop = false;
    const growing = (async () => {
      while (!stop) await writer.write('x'.repeat(100_000));
    })();
    const found = await readRegularFile(file, 500_000);
    stop = true;
    await growing;
    // Whether it outgrew the limit in time or not: never more than the limit.
    expect(found.refused === 'too large' || (found.bytes?.length ?? 0) <= 500_000).toBe(true);
  });

  // Its size is 0 by the file system's word.
  it.skipIf(process.platform !== 'linux')('whose size is not known beforehand is held to the limit too', async () => {
    expect(await readRegularFile('/proc/self/status', 100)).toMatchObject({ refused: 'too large' });
    expect((await readRegularFile('/proc/self/status', 100_000)).bytes?.toString('utf8')).toContain('Pid:');
  });
});
