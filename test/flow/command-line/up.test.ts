import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadyInfo } from '../../../emulator/airlock.ts';
import { required } from '../../required.ts';
import { runAirlock } from '../run-airlock.ts';
import { descendantsOf, survivorsOf } from './processes.ts';

async function workDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'up-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function upIn(directory: string) {
  const airlock = runAirlock(
    ['up', '--port', '0', '--aws-port', '0', '--control-port', '0', '--ready-file', 'ready.json', '--log-level', 'silent'],
    { cwd: directory },
  );
  await airlock.waitFor('Ctrl-C ends everything');
  const ready = JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as ReadyInfo;
  return { airlock, ready };
}

function isListening(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });
}

const twoStages = `Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        info: { title: stages, version: "1" }
        paths:
          /ping:
            get:
              responses: { "204": { description: here } }
              x-amazon-apigateway-integration:
                type: mock
                requestTemplates: { application/json: '{"statusCode": 204}' }
                responses: { default: { statusCode: "204" } }
  Release: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api } }
  Blue: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, DeploymentId: !Ref Release, StageName: blue } }
  Green: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref Api, DeploymentId: !Ref Release, StageName: green } }
`;

describe('airlock up', () => {
  it('writes the ready file and the AWS profiles, readable by their owner only', async () => {
    const directory = await workDirectory();
    const { airlock, ready } = await upIn(directory);
    await using _ = airlock;
    expect(Object.keys(ready).sort()).toEqual(
      ['apiUrl', 'apis', 'awsUrl', 'controlUrl', 'credentials', 'endpointName', 'readyMs', 'region', 'resultsBucket', 'sealed'].sort(),
    );
    expect(ready.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(Object.values(ready.apis)).toEqual([ready.apiUrl]);
    expect(Object.keys(ready.credentials)).toEqual(['customer-app', 'customer-admin', 'partner-admin', 'stranger']);
    const profiles = readFileSync(join(directory, '.airlock/credentials'), 'utf8');
    for (const [name, keys] of Object.entries(ready.credentials)) {
      expect(profiles).toContain(`[${name}]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`);
    }
    for (const file of ['.airlock/credentials', 'ready.json']) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform !== 'linux')('leaves no process, port or temporary file after Ctrl-C', async () => {
    const directory = await workDirectory();
    const { airlock, ready } = await upIn(directory);
    await using _ = airlock;
    const pid = airlock.process.pid ?? 0;
    const processes = descendantsOf(pid);
    const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${pid}-`));
    expect(processes.length, 'the model runs as a process').toBeGreaterThan(0);
    expect(temporary()).toHaveLength(1);
    const urls = [ready.apiUrl ?? '', ready.awsUrl, ready.controlUrl];
    for (const url of urls) expect(await isListening(url)).toBe(true);

    airlock.process.kill('SIGINT');
    expect(await airlock.exitCode).toBe(130);
    expect(await survivorsOf(processes)).toEqual([]);
    for (const url of urls) expect(await isListening(url)).toBe(false);
    expect(temporary()).toEqual([]);
    expect(readdirSync(directory).filter((name) => name === 'ready.json')).toEqual([]);
  });

  it('prints and lists every stage of an API, and ends with 0 when it is asked to by SIGTERM', async () => {
    const directory = await workDirectory();
    writeFileSync(join(directory, 'stages.yaml'), twoStages);
    const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
    await using airlock = runAirlock(['up', ...ports, '--ready-file', 'ready.json', '--template', 'stages.yaml'], { cwd: directory });
    await airlock.waitFor('Ctrl-C ends everything');
    const ready = JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as ReadyInfo;
    const base = new URL(ready.apiUrl ?? '').origin;
    expect(ready.apis).toEqual({ Api: `${base}/blue` });
    const health = (await (await fetch(`${ready.controlUrl}/health`)).json()) as { stages: unknown };
    expect(health.stages).toEqual(['blue', 'green'].map((stageName) => ({ api: 'Api', stageName, url: `${base}/${stageName}` })));
    for (const stageName of ['blue', 'green']) {
      expect(airlock.stdout()).toContain(`${base}/${stageName}  Api\n`);
      expect((await fetch(`${base}/${stageName}/ping`)).status).toBe(204);
    }
    airlock.process.kill('SIGTERM');
    expect(await airlock.exitCode).toBe(0);
    expect(airlock.stderr()).toContain('stopping …');
  });

  it.skipIf(process.platform !== 'linux')('takes its model with it even when it is killed', async () => {
    const { airlock } = await upIn(await workDirectory());
    await using _ = airlock;
    const processes = descendantsOf(airlock.process.pid ?? 0);
    airlock.process.kill('SIGKILL');
    await airlock.exitCode;
    expect(await survivorsOf(processes)).toEqual([]);
  });

  it.skipIf(!required('curl', spawnSync('curl', ['--version']).status === 0, 'curl is not installed'))(
    'prints curl lines that work as printed',
    async () => {
      const { airlock } = await upIn(await workDirectory());
      await using _ = airlock;
      const lines = airlock
        .stdout()
        .split('\n')
        .filter((line) => line.includes('curl '));
      expect(lines).toHaveLength(3);
      const { stdout } = await promisify(execFile)('sh', ['-c', lines.join('\n')]);
      expect(JSON.parse(stdout)).toMatchObject({ results: [{ id: 'c-0001', reason: null }] });
    },
  );
});

describe('airlock demo --json', () => {
  it('prints one JSON object and nothing else', async () => {
    await using airlock = runAirlock(['demo', '--json']);
    expect(await airlock.exitCode, airlock.stderr()).toBe(0);
    const output = JSON.parse(airlock.stdout());
    expect(output.steps).toHaveLength(12);
    for (const step of output.steps)
      expect(step).toEqual({
        step: expect.any(Number),
        name: expect.any(String),
        ok: true,
        ms: expect.any(Number),
        detail: expect.any(String),
      });
    expect(output.result).toEqual({ bucket: expect.any(String), key: expect.any(String), records: 1000, bytes: expect.any(Number) });
    expect(output.sealed).toBe(required('seal', output.sealed, 'this system does not let the model be sealed') || false);
  });
});
