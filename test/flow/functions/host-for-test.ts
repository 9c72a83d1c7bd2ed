// A function host in a directory of its own, closed and removed after the test.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { createFaults } from '../../../emulator/faults.ts';
import type { EventInvocations } from '../../../emulator/functions/events/event-invocations.ts';
import { type FunctionHost, type FunctionHostOptions, startFunctionHost } from '../../../emulator/functions/function-host.ts';
import type { Invocation } from '../../../emulator/functions/outcome.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import { createLog } from '../../../emulator/log.ts';
import { startEvents } from '../../../emulator/start-events.ts';
import type { FunctionDefinition } from '../../../emulator/template/deployment.ts';
import { createTracer } from '../../../emulator/trace/tracer.ts';
import { inline, sampleFunction } from '../../unit/functions/sample-function.ts';

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'functions-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function hostOf(functions: readonly FunctionDefinition[], options: Partial<FunctionHostOptions> = {}): Promise<FunctionHost> {
  const directory = await temporaryDirectory();
  const host = await startFunctionHost({
    functions,
    environmentFor: () => ({ variables: { AWS_REGION: 'us-east-1' }, release: () => {} }),
    clock: systemClock,
    log: createLog('silent'),
    tracer: createTracer(systemClock),
    directory,
    ...options,
  });
  onTestFinished(() => host.close());
  return host;
}

/** Its asynchronous invocations, without configurations and destinations. */
export async function eventsOf(host: FunctionHost, functions: readonly FunctionDefinition[]): Promise<EventInvocations> {
  const parts = new AsyncDisposableStack();
  onTestFinished(() => parts.disposeAsync());
  return startEvents({
    deployment: { functions, functionPermissions: [], eventInvokeConfigs: [], buckets: [] },
    functions: host,
    faults: createFaults(),
    sessions: new Map(),
    credentials: createCredentialStore(),
    awsUrl: () => '',
    region: 'us-east-1',
    directory: await temporaryDirectory(),
    retryWaitSeconds: 0,
    clock: systemClock,
    log: createLog('silent'),
    parts,
  });
}

export interface OneFunction {
  readonly host: FunctionHost;
  /** Invokes it, with its log tail; fails the test's call when it was refused. */
  invoke(event?: unknown): Promise<Invocation & { logTail: string }>;
  /** Invokes it and reads its result. */
  call(event?: unknown): Promise<unknown>;
}

/** A host of one inline function. */
export async function oneFunction(
  source: string,
  changes: Partial<FunctionDefinition> = {},
  options: Partial<FunctionHostOptions> = {},
): Promise<OneFunction> {
  const definition = sampleFunction({ code: inline(source), ...changes });
  const host = await hostOf([definition], options);
  const invoke = async (event: unknown = {}) => {
    const invocation = await host.invoke({ functionArn: definition.arn, payload: JSON.stringify(event), wantsLogTail: true });
    if ('kind' in invocation) throw new Error(`refused: ${invocation.reason}`);
    return { ...invocation, logTail: invocation.logTail ?? '' };
  };
  return {
    host,
    invoke,
    async call(event) {
      const { outcome } = await invoke(event);
      if (outcome.kind !== 'returned') throw new Error(`${outcome.kind}: ${JSON.stringify(outcome.error)}`);
      return JSON.parse(outcome.payload);
    },
  };
}
