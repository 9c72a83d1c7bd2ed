// The execution environments of one function: one invocation at a time each, never more of them than the function's concurrency.
import type { Log } from '../log.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { Invocation, InvokeRefusal } from './outcome.ts';
import type { RuntimeRequest } from './runtime/protocol.ts';

/** Ours: invocations that wait for an environment where nothing is reserved. On AWS they would run: the account's limit is 1,000. */
const waitingMax = 100;

export interface FunctionPoolOptions {
  readonly concurrencyMax: number;
  /** With reserved concurrency Lambda throttles at once; without, our own lower limit makes invocations wait a little. */
  readonly waits: boolean;
  /**
   * Environments more than that for invocations that must not wait, because their own chain holds some already: the chain would wait for
   * itself. They end when they are free.
   */
  readonly chainEnvironmentsMax: number;
  readonly create: (version: string) => ExecutionEnvironment;
  readonly log: Log;
}

export interface FunctionPool {
  /** `isOfChain`: another invocation of this function may be waiting for this one. */
  invoke(version: string, request: PoolRequest, options?: { isOfChain: boolean }): Promise<Invocation | InvokeRefusal>;
  /** Starts one environment ahead of the first invocation. */
  warm(version: string): Promise<void>;
  /** Environments that work end when they are done, the others now; what comes next gets new ones. */
  replaceEnvironments(): Promise<void>;
  close(): Promise<void>;
}

type PoolRequest = Omit<RuntimeRequest, 'deadlineMs'>;
type Waiting = (environment: ExecutionEnvironment | null) => void;

export function createFunctionPool(options: FunctionPoolOptions): FunctionPool {
  const { concurrencyMax, waits, chainEnvironmentsMax, create, log } = options;
  /** All that exist. */
  const environments = new Set<ExecutionEnvironment>();
  /** Those that are free, the last used at the end. */
  const idle: ExecutionEnvironment[] = [];
  const outdated = new Set<ExecutionEnvironment>();
  const endings = new Set<Promise<void>>();
  const waiting: { version: string; resolve: Waiting }[] = [];
  let closed = false;

  function take(version: string, environmentsMax = concurrencyMax): ExecutionEnvironment | null {
    const index = idle.findLastIndex((environment) => environment.version === version);
    if (index >= 0) return idle.splice(index, 1)[0] ?? null;
    if (environments.size >= environmentsMax) {
      // A free one of another version makes room.
      const other = idle.shift();
      if (!other) return null;
      end(other);
    }
    const environment = create(version);
    environments.add(environment);
    return environment;
  }

  function release(environment: ExecutionEnvironment): void {
    if (closed || outdated.delete(environment) || environments.size > concurrencyMax) end(environment);
    else idle.push(environment);
    const next = waiting[0];
    const free = next && !closed ? take(next.version) : null;
    if (free) waiting.shift()?.resolve(free);
  }

  function end(environment: ExecutionEnvironment): void {
    if (!environments.delete(environment)) return;
    const ending = closeEnvironment(environment).finally(() => endings.delete(ending));
    endings.add(ending);
  }

  /** Never rejects: most environments end where nobody waits for them. */
  async function closeEnvironment(environment: ExecutionEnvironment): Promise<void> {
    try {
      await environment.close();
    } catch (error) {
      log.warn({ error }, "an environment's files could not be removed");
    }
  }

  function acquire(version: string, isOfChain: boolean): ExecutionEnvironment | InvokeRefusal | Promise<ExecutionEnvironment | null> {
    if (closed) return { kind: 'refused', reason: 'closed' };
    const environment = take(version, isOfChain && waits ? concurrencyMax + chainEnvironmentsMax : concurrencyMax);
    if (environment) return environment;
    if (!waits || isOfChain || waiting.length >= waitingMax) return { kind: 'refused', reason: 'throttled' };
    return new Promise((resolve) => waiting.push({ version, resolve }));
  }

  return {
    async invoke(version, request, { isOfChain } = { isOfChain: false }) {
      const environment = await acquire(version, isOfChain);
      if (environment === null) return { kind: 'refused', reason: 'closed' };
      if ('kind' in environment) return environment;
      try {
        return (await environment.invoke(request)) ?? { kind: 'refused', reason: 'closed' };
      } finally {
        release(environment);
      }
    },
    async warm(version) {
      if (closed || environments.size > 0) return;
      const environment = take(version);
      if (!environment) return;
      // Free at once: an invocation that comes during the init phase waits for it instead of starting another.
      idle.push(environment);
      await environment.warm();
    },
    async replaceEnvironments() {
      for (const environment of environments) if (!idle.includes(environment)) outdated.add(environment);
      for (const environment of idle.splice(0)) end(environment);
      await Promise.all(endings);
    },
    async close() {
      closed = true;
      for (const { resolve } of waiting.splice(0)) resolve(null);
      for (const environment of environments) end(environment);
      await Promise.all(endings);
    },
  };
}
