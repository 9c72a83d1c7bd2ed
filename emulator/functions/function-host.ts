// The functions of a deployment, ready to be invoked: code prepared, an environment pool each. Gateway, authorizer and the Lambda
// Invoke API all come in through invoke().
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { AirlockError } from '../errors.ts';
import type { Faults } from '../faults.ts';
import { parseFunctionReference } from '../function-reference.ts';
import { functionConcurrencyMax } from '../limits.ts';
import type { Log } from '../log.ts';
import type { FunctionDefinition } from '../template/deployment.ts';
import { newTraceId, type Tracer, traceIdOf } from '../trace/tracer.ts';
import { allEnded } from './all-ended.ts';
import { type BuiltCode, buildFunctionCode, directoryNameOf } from './build-function-code.ts';
import { executedVersion } from './executed-version.ts';
import { createExecutionEnvironment, type LocalEnvironment } from './execution-environment.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import type { FunctionInvoker, InvokeRequest } from './outcome.ts';
import { writeRuntimeFile } from './runtime-file.ts';
import { callsInChain, chainCallsMax, lengthenChain, newTraceHeader } from './trace-header.ts';

export interface FunctionHostOptions {
  readonly functions: readonly FunctionDefinition[];
  /** What points the SDK at the local endpoint: endpoint, region, credentials of the role's session. Asked anew for each environment. */
  readonly environmentFor: (definition: FunctionDefinition) => LocalEnvironment;
  readonly clock: Clock;
  /** None where absent. */
  readonly faults?: Pick<Faults, 'timeLimit'>;
  readonly log: Log;
  readonly tracer: Tracer;
  /** Bundles and what stands for each environment's /tmp go here; close() removes what was put there. */
  readonly directory: string;
}

export interface FunctionHost extends FunctionInvoker {
  /**
   * Prepares the function's code again and replaces its environments; invocations under way end on the old ones.
   * For reloading on change, a later part.
   * @throws AirlockError BAD_FUNCTION_CODE: the old code stays
   */
  reload(functionName: string): Promise<void>;
  /** Starts one environment of each function ahead of its first invocation. Never rejects. */
  warm(): Promise<void>;
  /** Ends every environment; what is under way resolves as refused, `closed`. Safe to call twice. */
  close(): Promise<void>;
}

interface HostedFunction {
  readonly definition: FunctionDefinition;
  readonly pool: FunctionPool;
}

/** @throws AirlockError BAD_FUNCTION_CODE for code that cannot be bundled or found */
export async function startFunctionHost(options: FunctionHostOptions): Promise<FunctionHost> {
  const { functions, clock, log, tracer } = options;
  const directory = join(options.directory, `functions-${randomBytes(4).toString('hex')}`);
  await mkdir(directory, { recursive: true });
  let builds = 0;
  const build = (some: readonly FunctionDefinition[]) =>
    buildFunctionCode({ functions: some, directory: join(directory, `code-${++builds}`), log });
  const [code, runtimeFile] = await allEnded([build(functions), functions.length > 0 ? writeRuntimeFile(directory) : '']).catch(
    async (error: unknown) => {
      await rm(directory, { recursive: true, force: true });
      throw error;
    },
  );
  const currentCode = new Map<string, BuiltCode>(code);

  let environmentsMade = 0;
  const hosted = new Map<string, HostedFunction>();
  for (const definition of functions) hosted.set(definition.arn, { definition, pool: poolOf(definition) });

  function poolOf(definition: FunctionDefinition): FunctionPool {
    return createFunctionPool({
      concurrencyMax: definition.reservedConcurrency ?? functionConcurrencyMax,
      waits: definition.reservedConcurrency === null,
      chainEnvironmentsMax: chainCallsMax,
      create(version) {
        const builtCode = currentCode.get(definition.arn);
        if (!builtCode) throw new Error(`No code was built for ${definition.arn}.`);
        return createExecutionEnvironment({
          definition,
          version,
          code: builtCode,
          runtimeFile,
          temporaryDirectory: join(directory, 'tmp', `${directoryNameOf(definition)}-${++environmentsMade}`),
          local: () => options.environmentFor(definition),
          timeLimitSeconds: () => {
            const limit = options.faults?.timeLimit;
            return limit?.functionArn === definition.arn ? Math.min(limit.timeoutSeconds, definition.timeoutSeconds) : null;
          },
          clock,
          log,
        });
      },
      log: log.child({ functionName: definition.functionName }),
    });
  }

  function findHosted(functionArnOrName: string): { hosted: HostedFunction; qualifier: string | null } | null {
    const exact = hosted.get(functionArnOrName);
    if (exact) return { hosted: exact, qualifier: null };
    const reference = parseFunctionReference(functionArnOrName);
    if (!reference) return null;
    const { functionName, accountId, region, qualifier } = reference;
    for (const candidate of hosted.values()) {
      const { definition } = candidate;
      if (definition.functionName !== functionName || (accountId !== null && accountId !== definition.accountId)) continue;
      if (region === null || definition.arn.split(':')[3] === region) return { hosted: candidate, qualifier };
    }
    return null;
  }

  async function invoke(request: InvokeRequest) {
    const found = findHosted(request.functionArn);
    const version = found && executedVersion(found.hosted.definition, found.qualifier);
    if (!found || version === null) return { kind: 'refused', reason: 'notFound' } as const;
    const { definition, pool } = found.hosted;
    const given = request.traceHeader ?? newTraceHeader(clock.now());
    const calls = callsInChain(given, definition.arn);
    // What does not come through Lambda's API has not been counted: this is the first call of its chain.
    const traceHeader = calls === 0 ? lengthenChain(given, definition.arn).traceHeader : given;
    const requestId = request.requestId ?? randomUUID();
    const span = tracer.span(traceIdOf(traceHeader) ?? newTraceId(clock.now()), 'function', {
      functionName: definition.functionName,
      requestId,
    });
    const runtimeRequest = {
      requestId,
      payload: request.payload === '' ? '{}' : request.payload,
      invokedFunctionArn: request.functionArn,
      traceHeader,
      wantsLogTail: request.wantsLogTail ?? false,
      ...(request.clientContext !== undefined && { clientContext: Buffer.from(request.clientContext, 'base64').toString() }),
    };
    const invocation = await pool.invoke(version, runtimeRequest, { isOfChain: calls > 1 });
    if ('kind' in invocation) span.end({ outcome: invocation.reason });
    else {
      const { outcome, initDurationMs } = invocation;
      span.end({
        outcome: outcome.kind,
        executedVersion: version,
        coldStart: initDurationMs !== null,
        ...(outcome.kind !== 'returned' && { errorCode: outcome.error.errorType }),
      });
    }
    return invocation;
  }

  return {
    invoke,
    async warm() {
      await Promise.all(
        [...hosted.values()].map(async ({ definition, pool }) => {
          try {
            await pool.warm(mostInvokedVersion(definition));
          } catch (error) {
            log.error({ error, functionName: definition.functionName }, 'could not start an environment');
          }
        }),
      );
    },
    async reload(functionName) {
      const found = findHosted(functionName)?.hosted;
      if (!found)
        throw new AirlockError(
          'BAD_OPTION',
          `There is no function ${functionName}.`,
          `There are: ${functions.map((one) => one.functionName).join(', ')}.`,
        );
      for (const [arn, built] of await build([found.definition])) currentCode.set(arn, built);
      await found.pool.replaceEnvironments();
    },
    async close() {
      // Whatever becomes of the pools: the directory goes.
      const ended = await Promise.allSettled([...hosted.values()].map(({ pool }) => pool.close()));
      await rm(directory, { recursive: true, force: true });
      const failure = ended.find((one) => one.status === 'rejected');
      if (failure) throw failure.reason;
    },
  };
}

/** A function with aliases is there to be invoked through them. */
function mostInvokedVersion({ aliases }: FunctionDefinition): string {
  return aliases[0]?.functionVersion ?? '$LATEST';
}
