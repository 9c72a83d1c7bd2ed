// `docker compose up` and `docker compose run demo`, as a customer's developer types them, against real containers.
import { readFile } from 'node:fs/promises';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasAirlockImages } from '../../images/airlock-images.ts';
import { compose, dockerImage } from '../../images/engine.ts';
import { readmeCurlLines } from '../../readme-lines.ts';
import { required } from '../../required.ts';
import { type ComposeProject, composeProject, run } from './compose-project.ts';

const plugin = compose();
const image = dockerImage('localstack/localstack:4.14.0');
const isThere =
  hasAirlockImages && required('compose', plugin.isThere, plugin.reason) && required('localstack', image.isThere, image.reason);
const mayKill = isThere && required('root', process.getuid?.() === 0, "only root can kill a container's process");

interface Health {
  readonly status: string;
  readonly sealed: boolean;
  readonly endpoints: readonly { readonly state: string; readonly description: string }[];
}

describe.skipIf(!isThere)('docker compose up', () => {
  let project: ComposeProject;
  let s3: S3Client;
  let lines: readonly string[];

  beforeAll(async () => {
    project = await composeProject();
    const up = await project.compose('up', '--detach', '--wait');
    if (up.exitCode !== 0) throw new Error(`docker compose up failed\n${up.stderr}\n${(await project.compose('logs')).stdout}`);
    s3 = new S3Client({
      endpoint: `http://127.0.0.1:${project.ports.localStack}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    lines = await printedCurlLines(project);
  });
  afterAll(async () => {
    s3?.destroy();
    await project?.[Symbol.asyncDispose]();
  });

  const health = async () => (await (await fetch(`http://127.0.0.1:${project.ports.control}/health`)).json()) as Health;

  it('seals the model: no network, which the relay in its namespace confirms', async () => {
    const { stdout: id } = await project.compose('ps', '--quiet', 'model');
    const { stdout } = await run('docker', ['inspect', '--format', '{{.HostConfig.NetworkMode}} {{len .Mounts}}', id.trim()]);
    expect(stdout.trim()).toBe('none 0');
    expect(await health()).toMatchObject({ status: 'ok', sealed: true });
  });

  it('prints curl lines that work as printed, and the result lands in LocalStack', async () => {
    expect(lines).toHaveLength(3);
    const { stdout } = await run('sh', ['-c', `${lines.join('\n')}\necho; echo "key=$KEY"`]);
    expect(stdout).toContain('"personId":"prs_');
    const key = /key=(\S+)/.exec(stdout)?.[1];
    const bucket = /http:\/\/127\.0\.0\.1:\d+\/([^/]+)\/\$KEY/.exec(lines[2] ?? '')?.[1];
    const stored = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(await stored.Body?.transformToString()).toContain('"personId":"prs_');
  });

  it("runs the README's curl lines as they stand there", async () => {
    const { stdout } = await run('sh', ['-c', readmeCurlLines(project.ports)], {}, project.directory);
    const { result } = JSON.parse(stdout) as { result: { bucket: string; key: string } };
    const stored = await s3.send(new GetObjectCommand({ Bucket: result.bucket, Key: result.key }));
    expect(await stored.Body?.transformToString()).toContain('c-0001');
  });

  it('binds every port to 127.0.0.1', async () => {
    const { stdout } = await project.compose('ps', '--format', '{{.Publishers}}');
    const hosts = stdout.match(/\d+\.\d+\.\d+\.\d+|\[::\]|::/g) ?? [];
    expect(hosts.length).toBeGreaterThanOrEqual(4);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
  });

  // `docker kill` is somebody's wish, after which Docker restarts nothing; the process itself is killed here, as by the kernel.
  it.skipIf(!mayKill)('keeps every result, and doubles none, while the model is killed under load', async () => {
    const token = await run('sh', ['-c', `${lines[0]}\nprintf %s "$TOKEN"`]);
    const url = `http://127.0.0.1:${project.ports.api}/v1/request`;
    const bucket = /http:\/\/127\.0\.0\.1:\d+\/([^/]+)\/\$KEY/.exec(lines[2] ?? '')?.[1];
    const before = await resultKeys(s3, bucket);
    const { stdout: id } = await project.compose('ps', '--quiet', 'model');
    const statuses: number[] = [];
    const keys: (string | undefined)[] = [];
    let sent = 0;
    const send = async (call: number) => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { authorization: `Bearer ${token.stdout}`, 'content-type': 'application/json', 'idempotency-key': `compose-${call}` },
          body: JSON.stringify({ records: [{ id: `c-${call}`, email: `person${call}@example.com` }] }),
        });
        statuses.push(response.status);
        sent += 1;
        const answer = (await response.json()) as { result?: { key: string } };
        if (response.status === 200) {
          keys.push(answer.result?.key);
          return;
        }
        if (Date.now() > deadline) throw new Error(`call ${call} was never answered with 200, but ${statuses.slice(-5)}`);
      }
    };
    const calls = 200;
    let next = 0;
    const caller = async () => {
      while (next < calls) {
        next += 1;
        await send(next);
      }
    };
    const load = Promise.all(Array.from({ length: 4 }, caller));
    while (sent < 40) await new Promise((resolve) => setImmediate(resolve));
    const { stdout: pid } = await run('docker', ['inspect', '--format', '{{.State.Pid}}', id.trim()]);
    process.kill(Number(pid), 'SIGKILL');
    await load;
    const after = await resultKeys(s3, bucket);
    expect(new Set(keys).size).toBe(calls);
    expect(after.size - before.size).toBe(calls);
    expect([...new Set(statuses)].filter((status) => ![200, 409, 429, 502, 503, 504].includes(status))).toEqual([]);
    expect(await health()).toMatchObject({ status: 'ok', sealed: true });
  });

  it('walks the twelve steps with docker compose run demo', async () => {
    const demo = await project.compose(
      'run',
      '--rm',
      '--no-TTY',
      'demo',
      'demo',
      '--model',
      'unix:/run/airlock',
      '--s3',
      'http://localstack:4566',
      '--json',
    );
    expect(demo.exitCode, demo.stderr).toBe(0);
    const { sealed, steps } = JSON.parse(demo.stdout) as { sealed: boolean; steps: readonly { ok: boolean }[] };
    expect({ sealed, ok: steps.filter((step) => step.ok).length }).toEqual({ sealed: true, ok: 12 });
  });
});

describe.skipIf(!isThere)('docker compose', () => {
  it('builds the stub also where only the demo is asked for', async () => {
    const { stdout } = await run('docker', ['compose', '--profile', 'demo', 'config', '--format', 'json']);
    const { services } = JSON.parse(stdout) as {
      services: Readonly<Record<string, { depends_on?: Record<string, unknown>; build?: unknown }>>;
    };
    const needed = new Set<string>();
    const need = (name: string) => {
      if (needed.has(name)) return;
      needed.add(name);
      for (const dependency of Object.keys(services[name]?.depends_on ?? {})) need(dependency);
    };
    need('demo');
    expect([...needed].filter((name) => services[name]?.build !== undefined)).toContain('model-stub');
  });
});

describe.skipIf(!isThere)('docker compose up, gone wrong', () => {
  it('names the image that MODEL_IMAGE asks for and nobody has', async () => {
    await using project = await composeProject({ MODEL_IMAGE: 'airlock-test/no-such-model:1' });
    const up = await project.compose('up', '--detach');
    expect(up.exitCode).not.toBe(0);
    expect(up.stderr).toMatch(/airlock-test\/no-such-model|model Error/);
  });
});

describe('docker-compose.yml', () => {
  it('publishes no port beyond 127.0.0.1, and gives the model neither network nor volume', async () => {
    const { services } = parse(await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true }) as {
      services: Readonly<Record<string, { ports?: readonly string[]; network_mode?: string; volumes?: unknown }>>;
    };
    for (const port of Object.values(services).flatMap((service) => service.ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(services.model).toMatchObject({ network_mode: 'none' });
    expect(services.model?.volumes).toBeUndefined();
    expect(services.relay).toMatchObject({ network_mode: 'service:model' });
  });
});

/** Health is good a moment before the lines are printed; Compose may put control characters before a line. */
async function printedCurlLines(project: ComposeProject): Promise<readonly string[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { stdout } = await project.compose('logs', '--no-log-prefix', 'emulator');
    const lines = stdout.match(/(TOKEN=\$\(|KEY=\$\(|curl -s --user).*/g) ?? [];
    if (lines.length === 3 || Date.now() > deadline) return lines;
  }
}

/** The results; claims of idempotent calls lie beside them. */
async function resultKeys(s3: S3Client, bucket: string | undefined): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ...(token !== undefined && { ContinuationToken: token }) }));
    for (const { Key = '' } of page.Contents ?? []) if (Key.startsWith('results/')) keys.add(Key);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}
