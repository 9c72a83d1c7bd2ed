import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAirlock } from '../run-airlock.ts';

async function failed(args: readonly string[], env: Record<string, string> = {}) {
  await using airlock = runAirlock(args, { env });
  const exitCode = await airlock.exitCode;
  return { exitCode, stderr: airlock.stderr(), stdout: airlock.stdout() };
}

const freePorts = [
  '--port',
  '0',
  '--aws-port',
  '0',
  '--control-port',
  '0',
  '--credentials-file',
  join(tmpdir(), 'airlock-test-credentials'),
];

async function withTemplate<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'template-'));
  try {
    const path = join(directory, 'stack.yaml');
    await writeFile(path, text);
    return await use(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('wrong usage', () => {
  it('of an unknown flag ends with 2 and a suggestion', async () => {
    const { exitCode, stderr } = await failed(['up', '--prot', '3000']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean --port?');
  });

  it('of a port that is none ends with 2', async () => {
    const { exitCode, stderr } = await failed(['up', '--port', '70000']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--port');
  });

  it('of an environment variable names the variable', async () => {
    const { exitCode, stderr } = await failed(['up'], { AIRLOCK_PORT: 'http' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('AIRLOCK_PORT');
  });

  it('of a port in use ends with 2, names the port and the flag', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    try {
      for (const flag of ['--port', '--aws-port', '--control-port']) {
        const args = freePorts.map((value, index) => (freePorts[index - 1] === flag ? String(port) : value));
        const { exitCode, stderr } = await failed(['up', ...args]);
        expect(exitCode, stderr).toBe(2);
        expect(stderr).toContain(String(port));
        expect(stderr).toContain(flag);
      }
    } finally {
      taken.close();
    }
  });

  it('of a template that is not there ends with 2', async () => {
    const { exitCode, stderr } = await failed(['up', ...freePorts, '--template', '/no/such/stack.yaml']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('/no/such/stack.yaml');
  });

  it('of a template that does not parse names file and line', async () => {
    await withTemplate('Resources:\n  A: [\n', async (path) => {
      const { exitCode, stderr } = await failed(['up', ...freePorts, '--template', path]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/stack\.yaml:\d+/);
    });
  });

  it('of a misspelt property names file, line and what was meant', async () => {
    await withTemplate('Resources:\n  Results:\n    Type: AWS::S3::Bucket\n    Properties:\n      BuketName: a-name\n', async (path) => {
      const { exitCode, stderr } = await failed(['up', ...freePorts, '--template', path]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/stack\.yaml:5/);
      expect(stderr).toContain('BucketName');
    });
  });

  it('of a missing parameter names it', async () => {
    await withTemplate('Parameters:\n  Owner:\n    Type: String\nResources:\n  A:\n    Type: AWS::S3::Bucket\n', async (path) => {
      const { exitCode, stderr } = await failed(['up', ...freePorts, '--template', path]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Owner');
      expect(stderr).toContain('--parameter Owner=');
    });
  });

  it('shows no stack trace for any of them', async () => {
    const { stderr } = await failed(['up', ...freePorts, '--template', '/no/such/stack.yaml']);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('help', () => {
  it('lists the commands and the options, with their defaults', async () => {
    const general = await failed(['--help']);
    expect(general).toMatchObject({ exitCode: 0, stderr: '' });
    expect(general.stdout).toMatch(/up .*\n[\s\S]*demo /);
    const up = await failed(['up', '--help']);
    expect(up.stdout).toMatch(/--port <n>[^-]*3000/);
    expect(up.stdout).not.toContain('\u001b[');
  });
});
