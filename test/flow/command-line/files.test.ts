import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { runAirlock } from '../run-airlock.ts';

async function workDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'files-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe('a file of somebody else', () => {
  it('is never overwritten by the profiles or the ready file', async () => {
    const directory = await workDirectory();
    const own = join(directory, 'credentials');
    writeFileSync(own, '[default]\naws_access_key_id = REAL\n');
    for (const option of ['credentialsFile', 'readyFile'] as const) {
      await expect(startAirlock({ [option]: own })).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(own) });
      expect(readFileSync(own, 'utf8')).toBe('[default]\naws_access_key_id = REAL\n');
    }
    expect(readdirSync(directory)).toEqual(['credentials']);
  });

  it('in the way of a directory is named, and nothing is left behind', async () => {
    const directory = await workDirectory();
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const credentialsFile = join(directory, 'credentials');
    await expect(startAirlock({ credentialsFile, readyFile: join(file, 'ready.json') })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(startAirlock({ dataDir: join(file, 'data') })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    expect(readdirSync(directory)).toEqual(['file']);
  });
});

describe('the files of a run', () => {
  it('are replaced by the next run and removed at its end', async () => {
    const directory = await workDirectory();
    const files = { credentialsFile: join(directory, 'credentials'), readyFile: join(directory, 'ready.json') };
    const first = await startAirlock(files);
    await using second = await startAirlock(files);
    await first.close();
    expect(readFileSync(files.credentialsFile, 'utf8')).toContain(second.credentials['customer-app'].accessKeyId);
    expect(JSON.parse(readFileSync(files.readyFile, 'utf8')).awsUrl).toBe(second.awsUrl);
    await second.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('keep the objects of a data directory for the next run', async () => {
    const dataDir = join(await workDirectory(), 'data');
    const first = await startAirlock({ dataDir });
    const bucket = first.resultsBucket;
    await first.close();
    await using second = await startAirlock({ dataDir });
    expect(second.resultsBucket).toBe(bucket);
    await expect(startAirlock({ dataDir })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it.skipIf(process.platform !== 'linux')('that a killed run left in the temporary directory go with the next start', async () => {
    const left = join(tmpdir(), 'airlock-4194302-left');
    mkdirSync(left);
    writeFileSync(join(left, 'owner.json'), '{"pid":4194302,"startedAt":"boot/1"}');
    const unknown = join(tmpdir(), 'airlock-4194303-unknown');
    mkdirSync(unknown);
    onTestFinished(() => rm(unknown, { recursive: true }));
    await using _ = await startAirlock();
    expect(existsSync(left)).toBe(false);
    expect(existsSync(unknown), 'nobody knows whose this is').toBe(true);
  });
});

describe('Ctrl-C', () => {
  it('during the start ends everything, also while a model is waited for', async () => {
    const directory = await workDirectory();
    const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
    await using airlock = runAirlock(['up', ...ports, '--model', 'http://127.0.0.1:1', '--log-level', 'debug'], { cwd: directory });
    const deadline = Date.now() + 20_000;
    while (!readdirSync(tmpdir()).some((name) => name.startsWith(`airlock-${airlock.process.pid}-`)) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    airlock.process.kill('SIGINT');
    expect(await airlock.exitCode).toBe(130);
    expect(airlock.stderr()).toContain('stopping …');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${airlock.process.pid}-`))).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('twice: close() resolves for both callers when everything has ended', async () => {
    const airlock = await startAirlock();
    const [model] = airlock.models.values();
    await Promise.all([airlock.close(), airlock.close()]);
    expect(model?.state).toBe('stopped');
    await expect(fetch(`${airlock.controlUrl}/health`)).rejects.toThrow();
  });
});

describe('options from code', () => {
  it.each([
    [{ template: 'x.yaml' }, 'template'],
    [{ parameter: 'A=b' }, 'parameter'],
    [{ port: -1 }, 'port'],
    [{ prot: 1 }, 'Did you mean port?'],
    [{ logLevel: 'loud' }, 'logLevel'],
  ])('%j are refused with what was meant', async (options, text) => {
    await expect(startAirlock(options as never)).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(text) });
  });

  it('holds of each principal what AWS calls credentials, and nothing that an SDK put there', async () => {
    const directory = await workDirectory();
    const readyFile = join(directory, 'ready.json');
    // A data directory: then the provider states look into the buckets while Airlock starts.
    await using airlock = await startAirlock({ readyFile, dataDir: join(directory, 'data') });
    const { credentials } = JSON.parse(readFileSync(readyFile, 'utf8')) as typeof airlock;
    for (const own of Object.values(credentials)) expect(Object.keys(own).toSorted()).toEqual(['accessKeyId', 'secretAccessKey']);
  });
});
