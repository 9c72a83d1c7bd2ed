// A batch transform job in a directory, and the container it calls: a real HTTP server on a Unix socket that does what a test tells it to.
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import type { Model } from '../../../emulator/model/model.ts';
import { createModelChannel } from '../../../emulator/model/model-channel.ts';
import { createDirectoryStorage } from '../../../emulator/sagemaker/transform/directory-storage.ts';
import { runTransform, type TransformParts } from '../../../emulator/sagemaker/transform/run-transform.ts';
import type { TransformDefinition } from '../../../emulator/sagemaker/transform/transform-definition.ts';

export interface SeenInvocation {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Counts from 0, in the order in which they came. */
  readonly index: number;
}

export interface ContainerOptions {
  /** Default: the body, as application/jsonlines. */
  readonly invoke?: (seen: SeenInvocation, response: ServerResponse) => void | Promise<void>;
  /** The answer of GET /execution-parameters; absent it is 404. */
  readonly parameters?: Record<string, unknown>;
}

export interface JobOptions extends Partial<Omit<TransformDefinition, 'input' | 'output'>> {
  readonly input?: Partial<TransformDefinition['input']>;
  readonly output?: Partial<TransformDefinition['output']>;
  readonly parts?: Partial<TransformParts>;
}

export async function createTransformBench({ invoke, parameters }: ContainerOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'transform-test-'));
  const temporaryDirectory = join(directory, 'temporary');
  await mkdir(temporaryDirectory);
  const socketPath = join(directory, 'model.sock');
  const seen: SeenInvocation[] = [];
  const most = { atOnce: 0 };
  let atOnce = 0;
  const server = createServer(async (request, response) => {
    if (request.url === '/execution-parameters') {
      response.writeHead(parameters ? 200 : 404).end(parameters && JSON.stringify(parameters));
      return;
    }
    atOnce += 1;
    most.atOnce = Math.max(most.atOnce, atOnce);
    response.once('close', () => {
      atOnce -= 1;
    });
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) pieces.push(piece as Buffer);
    } catch (error) {
      // Its sender has given up.
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return;
      throw error;
    }
    const invocation = { headers: request.headers, body: Buffer.concat(pieces), index: seen.length };
    seen.push(invocation);
    if (invoke) await invoke(invocation, response);
    else response.writeHead(200, { 'content-type': 'application/jsonlines' }).end(invocation.body);
  }).listen(socketPath);
  await once(server, 'listening');
  const environments: Record<string, string>[] = [];
  let closed = 0;
  const startModel = async (environment: Record<string, string>): Promise<Model> => {
    environments.push(environment);
    const channel = createModelChannel({ origin: 'http://model', socketPath });
    return {
      ...{ sealed: false, description: 'HTTP server of this test', state: 'inService' },
      request: (request) => channel.send(request),
      open: (request) => channel.open(request),
      async close() {
        closed += 1;
        await channel.destroy();
      },
    };
  };
  const lines: { level: number; msg: string }[] = [];
  const log = pino({ level: 'trace', base: null, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return {
    directory,
    seen,
    most,
    environments,
    lines,
    get closed() {
      return closed;
    },
    async put(key: string, body: string | Buffer) {
      await mkdir(dirname(join(directory, 'files', key)), { recursive: true });
      await writeFile(join(directory, 'files', key), body);
    },
    get: (key: string) => readFile(join(directory, 'files', key), 'utf8'),
    /** Every file below out/, in order. */
    async outputs() {
      const names = await readdir(join(directory, 'files/out'), { recursive: true }).catch(() => []);
      return names.filter((name) => name.includes('.')).sort();
    },
    temporaryFiles: () => readdir(temporaryDirectory),
    async run({ input, output, parts, ...job }: JobOptions = {}) {
      const definition: TransformDefinition = {
        input: {
          ...{
            kind: 'prefix',
            location: { bucket: '', key: 'in/' },
            contentType: 'application/jsonlines',
            compression: 'None',
            splitType: 'Line',
          },
          ...input,
        },
        output: { location: { bucket: '', key: 'out' }, accept: null, assembleWith: 'None', kmsKeyId: null, ...output },
        ...{ batchStrategy: null, maxPayloadInMB: null, maxConcurrentTransforms: null },
        ...{ invocationTimeoutSeconds: 10, invocationRetriesMax: 0, environment: {} },
        ...job,
      };
      const storage = createDirectoryStorage(join(directory, 'files'));
      const signal = new AbortController().signal;
      return runTransform(definition, { storage, startModel, temporaryDirectory, signal, log, ...parts });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
