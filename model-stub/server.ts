// SageMaker's container contract over HTTP: GET /ping, POST /invocations, GET /execution-parameters.
// Source: AWS "Custom inference code with hosting services" and "with batch transform".
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { applyBeforeAnswer, applyToPing, faultOfInvocation, sendHalf } from './faults.ts';
import { type Format, formats } from './formats.ts';
import type { IdentityModel, InputRecord, ResolvedRecord } from './identity-model.ts';
import { recordsPerTurn, requestBytesMax } from './limits.ts';
import { chooseAccept, readContentType } from './media-types.ts';
import { malformed, Refusal } from './refusal.ts';
import type { Faults } from './settings.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One line of the log. Never anything of a body. */
export interface ServerEvent {
  readonly event: 'invocation' | 'error';
  readonly status: number;
  readonly code?: string;
  readonly records?: number;
  readonly requestBytes?: number;
  readonly durationMs: number;
  readonly message?: string;
}

export interface ServerOptions {
  /** Null while the artifact is being loaded: /ping is 503 until then. */
  readonly model: () => IdentityModel | null;
  readonly faults: Faults;
  readonly onEvent: (event: ServerEvent) => void;
}

const methods: ReadonlyMap<string, string> = new Map([
  ['/ping', 'GET'],
  ['/invocations', 'POST'],
  ['/execution-parameters', 'GET'],
]);

const executionParameters = JSON.stringify({ MaxConcurrentTransforms: 4, BatchStrategy: 'MULTI_RECORD', MaxPayloadInMB: 6 });

/** Not listening yet. */
export function createModelServer(options: ServerOptions): Server {
  return createServer({ keepAliveTimeout: 65_000, requestTimeout: 60_000 }, (request, response) => {
    void route(request, response, options);
  });
}

async function route(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const startedAt = performance.now();
  try {
    const path = request.url?.split('?', 1)[0] ?? '';
    const allowed = methods.get(path);
    if (!allowed) throw new Refusal(404, 'NOT_FOUND', 'There are /ping, /invocations and /execution-parameters.');
    if (request.method !== allowed) {
      response.setHeader('allow', allowed);
      throw new Refusal(405, 'METHOD_NOT_ALLOWED', `Use ${allowed}.`);
    }
    if (path === '/invocations') await invoke(request, response, options, startedAt);
    else if (path === '/ping') send(response, await ping(options));
    else send(response, { status: 200, headers: { 'content-type': 'application/json' }, body: executionParameters });
  } catch (error) {
    answerError(error, response, options, performance.now() - startedAt);
  }
}

async function ping({ faults, model }: ServerOptions): Promise<Answer> {
  const status = (await applyToPing(faults)) ?? (model() === null ? 503 : 200);
  return { status, headers: {}, body: '' };
}

async function invoke(request: IncomingMessage, response: ServerResponse, options: ServerOptions, startedAt: number): Promise<void> {
  const { headers } = request;
  const contentType = readContentType(headers['content-type']);
  const accept = chooseAccept(headers.accept, contentType);
  const bytes = await readBody(request);
  const model = options.model();
  if (model === null) throw new Refusal(503, 'MODEL_LOADING', 'The model is being loaded.');
  const fault = faultOfInvocation(options.faults, headers['x-amzn-sagemaker-custom-attributes']?.toString());
  const replaced = await applyBeforeAnswer(fault, options.faults.body);
  const records = formatOf(contentType).read(decodeUtf8(bytes));
  const answer = replaced ?? {
    status: 200,
    // Charged by the record: AWS Marketplace takes the number from this header, on 2xx only.
    headers: { 'content-type': accept, 'x-amzn-inference-metering': `{"Dimension":"inference.count","ConsumedUnits":${records.length}}` },
    body: formatOf(accept).write(await resolveAll(model, records)),
  };
  if (fault.name === 'half-answer') sendHalf(response, answer);
  else send(response, answer);
  const durationMs = roundMs(performance.now() - startedAt);
  options.onEvent({ event: 'invocation', status: answer.status, records: records.length, requestBytes: bytes.length, durationMs });
}

async function resolveAll(model: IdentityModel, records: readonly InputRecord[]): Promise<ResolvedRecord[]> {
  const results: ResolvedRecord[] = [];
  for (const record of records) {
    if (results.length % recordsPerTurn === recordsPerTurn - 1) await nextTurn();
    results.push(model.resolve(record));
  }
  return results;
}

/** Throws Refusal 413 as soon as the limit is passed; what the client still sends is thrown away, so that it can read the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () => new Refusal(413, 'BODY_TOO_LARGE', `A body has at most ${requestBytesMax} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > requestBytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= requestBytesMax) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('close', () => reject(malformed('The body ended too early.')));
    request.on('error', () => reject(malformed('The body ended too early.')));
  });
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw malformed('The body is not valid UTF-8.');
    throw error;
  }
}

function formatOf(name: string): Format {
  const format = formats.get(name);
  if (!format) throw new Error(`no format ${name}`);
  return format;
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) }).end(answer.body);
}

function answerError(error: unknown, response: ServerResponse, options: ServerOptions, elapsedMs: number): void {
  const refusal = error instanceof Refusal ? error : new Refusal(500, 'INTERNAL_ERROR', 'The model failed.');
  const durationMs = roundMs(elapsedMs);
  if (error === refusal) options.onEvent({ event: 'invocation', status: refusal.status, code: refusal.code, durationMs });
  // Only the kind of error: its message could quote a record.
  else
    options.onEvent({
      event: 'error',
      status: 500,
      code: refusal.code,
      durationMs,
      message: error instanceof Error ? error.name : typeof error,
    });
  if (response.headersSent) response.destroy();
  else send(response, { status: refusal.status, headers: { 'content-type': 'application/json' }, body: refusal.toBody() });
}

function roundMs(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
