// The image of the model stub, run as SageMaker runs one.
import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { buildModelStub } from '../../images/build-image.ts';
import { dockerImage } from '../../images/engine.ts';
import { required } from '../../required.ts';

const base = dockerImage('node:24-bookworm-slim');

describe.skipIf(!required('docker', base.isThere, base.reason))('the model stub as an image', () => {
  test('serves with no network and a read-only file system, and ends with 0 on SIGTERM', async () => {
    const options = ['--detach', '--label', 'airlock.test=images', '--network', 'none', '--read-only'];
    const id = docker('run', ...options, await buildModelStub(), 'serve');
    try {
      await answersPing(id);
      const people = invoke(id, { records: [{ id: 'c-1', email: 'Lena.Sample0001+news@gmail.com' }] });
      expect(people).toMatchObject({ results: [{ id: 'c-1', confidence: 0.95, matchedOn: ['email'] }] });
      docker('stop', '--time', '20', id);
      // 137 would be SIGKILL: nobody had listened to SIGTERM.
      expect(docker('inspect', '--format', '{{ .State.ExitCode }}', id)).toBe('0');
    } finally {
      docker('rm', '--force', '--volumes', id);
    }
  });

  test('is one platform with what SageMaker reads: root, port 8080, exec form', async () => {
    const [config] = JSON.parse(docker('image', 'inspect', await buildModelStub())) as [{ Config: Record<string, unknown> }];
    expect(config.Config).toMatchObject({
      User: '',
      ExposedPorts: { '8080/tcp': {} },
      Entrypoint: ['node', '/opt/program/serve.ts'],
      Cmd: ['serve'],
    });
  });
});

function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8', timeout: 60_000, maxBuffer: 8 * 1024 * 1024 });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** From inside: there is no way in from outside. */
function inside(id: string, script: string): string {
  return docker('exec', id, 'node', '--input-type=module', '--eval', script);
}

async function answersPing(id: string): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  const script = "console.log(await fetch('http://127.0.0.1:8080/ping').then((r) => r.status, () => 0))";
  while (inside(id, script) !== '200') {
    if (performance.now() > deadlineMs) throw new Error(`no answer on /ping: ${docker('logs', id)}`);
    await delay(100);
  }
}

function invoke(id: string, body: unknown): unknown {
  const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return JSON.parse(inside(id, `console.log(await (await fetch('http://127.0.0.1:8080/invocations', ${JSON.stringify(options)})).text())`));
}
