// The container's program: `serve`, as SageMaker starts it (`docker run <image> serve`). Listens, loads the model, stops on SIGTERM.
import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { loadArtifact, manifestFile } from './artifact.ts';
import { createIdentityModel, type IdentityModel } from './identity-model.ts';
import { drainTimeoutMs } from './limits.ts';
import { createModelServer } from './server.ts';
import { type ListenAddress, readSettings, type Settings } from './settings.ts';

/** One JSON line to standard output. */
function writeEvent(fields: object): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`);
}

/** Where SageMaker unpacks ModelDataUrl. */
const platformDirectory = '/opt/ml/model';

function modelDirectoryOf(settings: Settings): string {
  if (settings.modelDirectory !== null) return settings.modelDirectory;
  return existsSync(join(platformDirectory, manifestFile)) ? platformDirectory : join(import.meta.dirname, 'model');
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  const isSocketFile = 'path' in address && !address.path.startsWith('\\\\.\\pipe\\');
  // A socket file outlives a process that was killed, and would refuse its successor.
  if (isSocketFile) await rm(address.path, { force: true });
  const umaskBefore = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(address, resolve));
  } finally {
    process.umask(umaskBefore);
  }
  if (isSocketFile) await chmod(address.path, 0o600);
}

/** SageMaker: SIGTERM, then SIGKILL 30 s later. New connections are refused at once, running requests finish. */
function stopOnSignals(server: Server): void {
  let stopping = false;
  // server.close waits for kept-alive connections that become idle only now: each has to end with its answer.
  server.prependListener('request', (_request, response) => {
    if (stopping) response.setHeader('connection', 'close');
    response.once('close', () => {
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
  });
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    writeEvent({ event: 'stopping', signal });
    setTimeout(() => server.closeAllConnections(), drainTimeoutMs).unref();
    server.close(() => {
      writeEvent({ event: 'stopped' });
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  if (process.argv[2] !== 'serve') throw new Error('usage: serve');
  const settings = readSettings(process.env);
  let model: IdentityModel | null = null;
  const server = createModelServer({ model: () => model, faults: settings.faults, onEvent: writeEvent });
  stopOnSignals(server);
  if (settings.exitWithStdin) process.stdin.on('end', () => process.exit(0)).resume();
  await listen(server, settings.listen);
  writeEvent({ event: 'listening', address: server.address() });
  const directory = modelDirectoryOf(settings);
  const artifact = await loadArtifact(directory);
  model = createIdentityModel(artifact, settings.customerScope ?? artifact.customerScope);
  writeEvent({ event: 'loaded', directory, modelVersion: artifact.modelVersion, identifiers: artifact.graph.size });
}

try {
  await main();
} catch (error) {
  writeEvent({ event: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
