// The credentials of a run as root (a container, sudo) are read by whoever owns the directory they are written to.
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { required } from '../../required.ts';

const isRoot = required('root', process.getuid?.() === 0, 'only root can give a file to somebody else');

test.skipIf(!isRoot)('root gives the credentials to the owner of their directory, and to nobody else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-owner-'));
  try {
    await chown(directory, 12_345, 23_456);
    const credentialsFile = join(directory, 'credentials');
    await using _airlock = await startAirlock({ credentialsFile });
    const { uid, gid, mode } = await stat(credentialsFile);
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 12_345, gid: 23_456, mode: 0o600 });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a temporary file that a killed run left beside the credentials does no harm', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-leftover-'));
  try {
    const credentialsFile = join(directory, 'credentials');
    // In a container the process number is the same in every run.
    await writeFile(`${credentialsFile}.${process.pid}.tmp`, 'half a fi');
    await using _airlock = await startAirlock({ credentialsFile });
    expect(await readFile(credentialsFile, 'utf8')).toContain('[customer-app]');
  } finally {
    await rm(directory, { recursive: true });
  }
});
