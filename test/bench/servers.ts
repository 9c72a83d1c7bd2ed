// The servers that are measured, each a process of its own: Airlock, serverless-offline, and a bare Fastify route as the upper limit.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyInfo } from '../../emulator/airlock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = join(root, 'test/bench/fixture');

export interface RunningServer extends AsyncDisposable {
  /** From the start of the process to the moment it says that it serves. */
  readonly startedInMs: number;
}

export interface RunningAirlock extends RunningServer {
  readonly ready: ReadyInfo;
}

export async function startAirlockProcess(template?: string): Promise<RunningAirlock> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
  const files = ['--ready-file', join(directory, 'ready.json'), '--credentials-file', join(directory, 'credentials')];
  const args = ['emulator/main.ts', 'up', ...ports, ...files, '--log-level', 'error', ...(template ? ['--template', template] : [])];
  const { child, startedInMs } = await startUntil(spawn(process.execPath, args, { cwd: root }), 'Ctrl-C ends everything');
  const ready = JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as ReadyInfo;
  const stop = async () => {
    await ended(child, 'SIGINT');
    rmSync(directory, { recursive: true });
  };
  return { ready, startedInMs, [Symbol.asyncDispose]: stop };
}

export const fixtureTemplate = join(fixture, 'template.yaml');

const peerPort = 4399;
export const peerUrl = `http://127.0.0.1:${peerPort}`;

/** Installs the peer beside the packages of this project, once. Null, with the reason on standard error, where the registry is out of reach. */
export function installPeer(): string | null {
  const directory = join(root, 'node_modules/.cache/airlock-bench');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'peer', private: true }));
  if (!existsSync(join(directory, 'node_modules/serverless-offline'))) {
    process.stderr.write('installing serverless-offline 13.10.1 …\n');
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'serverless@3.40.0', 'serverless-offline@13.10.1'];
    const { status, stderr } = spawnSync('npm', install, { cwd: directory, encoding: 'utf8' });
    if (status !== 0) {
      process.stderr.write(`not compared with serverless-offline: it could not be installed\n${stderr}\n`);
      return null;
    }
  }
  cpSync(fixture, directory, { recursive: true });
  return directory;
}

export async function startPeer(directory: string): Promise<RunningServer> {
  const args = [
    'node_modules/serverless/bin/serverless.js',
    'offline',
    '--httpPort',
    String(peerPort),
    '--lambdaPort',
    String(peerPort + 1),
    '--host',
    '127.0.0.1',
  ];
  const environment = { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off', AWS_REGION: 'us-east-1' };
  const { child, startedInMs } = await startUntil(spawn(process.execPath, args, { cwd: directory, env: environment }), 'Server ready');
  return { startedInMs, [Symbol.asyncDispose]: () => ended(child, 'SIGINT') };
}

export async function startBareRoute(): Promise<RunningServer & { readonly url: string }> {
  const child = spawn(process.execPath, [join(root, 'test/bench/bare-route.ts')], { cwd: root });
  const { startedInMs, output } = await startUntil(child, 'listening on');
  const url = /listening on (\S+)/.exec(output)?.[1] ?? '';
  return { url, startedInMs, [Symbol.asyncDispose]: () => ended(child, 'SIGTERM') };
}

async function startUntil<Child extends ChildProcess>(
  child: Child,
  text: string,
): Promise<{ child: Child; startedInMs: number; output: string }> {
  const beganAt = performance.now();
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
  return { child, startedInMs: performance.now() - beganAt, output };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.removeAllListeners('exit');
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(kill);
}
