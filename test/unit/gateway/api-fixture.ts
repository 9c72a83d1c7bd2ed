// Builds the plain data a template would give, and an invoker that runs JavaScript functions in this process.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../emulator/clock.ts';
import type { FunctionInvoker, Invocation, InvokeRefusal, InvokeRequest, Outcome } from '../../../emulator/functions/outcome.ts';
import type { GatewayOptions } from '../../../emulator/gateway/gateway-options.ts';
import { functionResponseBytesMax } from '../../../emulator/limits.ts';
import { createLog } from '../../../emulator/log.ts';
import type { AuthorizerDefinition, Integration, RestApi, Route } from '../../../emulator/template/api-definition.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';

export const accountId = '222222222222';
export const region = 'us-east-1';
export const apiArn = `arn:aws:execute-api:${region}:${accountId}:a1b2c3d4e5`;
const location = { file: 'api.yaml', line: 7, column: 1, path: 'Resources.Api' };

function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

export function proxyTo(name: string, more: Partial<Extract<Integration, { type: 'AWS_PROXY' }>> = {}): Integration {
  return { type: 'AWS_PROXY', functionArn: functionArn(name), httpMethod: 'POST', timeoutMs: 29_000, credentialsRoleArn: null, ...more };
}

export function route(method: string, resourcePath: string, more: Partial<Route> = {}): Route {
  return {
    httpMethod: method,
    resourcePath,
    location,
    authorization: { type: 'NONE' },
    validateBody: false,
    validateParameters: false,
    requiredParameters: { header: [], path: [], querystring: [] },
    requestSchemas: {},
    requestBodyRequired: false,
    apiKeyRequired: false,
    integration: proxyTo('handler'),
    ...more,
  };
}

export function authorizer(more: Partial<AuthorizerDefinition> = {}): AuthorizerDefinition {
  return {
    name: 'tokens',
    authorizerId: 'abc123',
    type: 'TOKEN',
    functionArn: functionArn('authorizer'),
    credentialsRoleArn: null,
    identitySources: ['method.request.header.Authorization'],
    identityValidationExpression: null,
    resultTtlSeconds: 300,
    location,
    ...more,
  };
}

export function restApi(more: Partial<RestApi> = {}): RestApi {
  return {
    logicalId: 'Api',
    type: 'AWS::ApiGateway::RestApi',
    stackName: 'customer',
    accountId,
    location,
    apiId: 'a1b2c3d4e5',
    name: 'customer-api',
    stages: [{ stageName: 'v1', variables: {} }],
    routes: [route('POST', '/request')],
    authorizers: [],
    gatewayResponses: {},
    binaryMediaTypes: [],
    policy: null,
    ...more,
  };
}

/** What a proxy or authorizer function gets, loosely typed as a handler would see it. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into events of any shape
type LooseEvent = any;
export type TestFunction = (event: LooseEvent, request: InvokeRequest) => unknown;

export interface TestInvoker extends FunctionInvoker {
  readonly calls: readonly { readonly name: string; readonly event: LooseEvent; readonly request: InvokeRequest }[];
  countOf(name: string): number;
}

/** Runs what Lambda would run: the event is JSON that was parsed again, the result is JSON text. */
export function createTestInvoker(functions: Readonly<Record<string, TestFunction>>): TestInvoker {
  const calls: { name: string; event: LooseEvent; request: InvokeRequest }[] = [];
  return {
    calls,
    countOf: (name) => calls.filter((call) => call.name === name).length,
    async invoke(request): Promise<Invocation | InvokeRefusal> {
      const name = request.functionArn.split(':')[6] ?? '';
      const run = functions[name];
      if (!run) return { kind: 'refused', reason: 'notFound' };
      const event = JSON.parse(request.payload);
      calls.push({ name, event, request });
      const outcome = await outcomeOf(async () => run(event, request));
      return { requestId: randomUUID(), outcome, executedVersion: '$LATEST', durationMs: 1, initDurationMs: null, logTail: null };
    },
  };
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    const payload = JSON.stringify(await run()) ?? 'null';
    if (Buffer.byteLength(payload) <= functionResponseBytesMax) return { kind: 'returned', payload };
    return {
      kind: 'unserialisable',
      error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'Response payload size exceeded' },
    };
  } catch (error) {
    if (error instanceof FunctionEnd) return error.outcome;
    if (error instanceof Error) return { kind: 'threw', error: { errorType: error.name, errorMessage: error.message, trace: [] } };
    return { kind: 'threw', error: { errorType: typeof error, errorMessage: String(error) } };
  }
}

/** Thrown by a test function to end as the runtime would end it. */
export class FunctionEnd extends Error {
  readonly outcome: Outcome;

  constructor(kind: 'timedOut' | 'crashed' | 'outOfMemory') {
    super(kind);
    this.outcome = { kind, error: { errorType: 'Sandbox.Timedout', errorMessage: `ended as ${kind}` } };
  }
}

export interface MovableClock extends Clock {
  moveMs(ms: number): void;
}

export function createMovableClock(startMs = Date.UTC(2026, 10, 22, 9, 5, 7)): MovableClock {
  let now = startMs;
  return {
    now: () => now,
    moveMs(ms) {
      now += ms;
    },
  };
}

export function gatewayOptions(more: Partial<GatewayOptions> & Pick<GatewayOptions, 'invoker'>): GatewayOptions {
  const clock = more.clock ?? createMovableClock();
  return {
    api: restApi(),
    accountId,
    region,
    mayInvoke: () => true,
    verifySignature: async () => ({
      ok: false,
      status: 403,
      errorType: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    }),
    clock,
    log: createLog('silent'),
    tracer: createTracer(clock),
    ...more,
  };
}
