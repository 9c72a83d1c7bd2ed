// What the tests of the model share: a silent log, requests, and ways to see that a process is gone.
import { setTimeout as delay } from 'node:timers/promises';
import { createLog } from '../../../emulator/log.ts';
import type { Model, ModelRequest } from '../../../emulator/model/model.ts';

export const silentLog = createLog('silent');

/** POST /invocations with one record; `fault` as the model stub reads it from the custom attributes. */
export function invocation(options: { fault?: string; timeoutMs?: number; signal?: AbortSignal; body?: string } = {}): ModelRequest {
  const { fault, timeoutMs = 10_000, signal, body = '{"records":[{"id":1,"email":"a@example.com"}]}' } = options;
  return {
    method: 'POST',
    path: '/invocations',
    headers: { 'content-type': 'application/json', ...(fault !== undefined && { 'x-amzn-sagemaker-custom-attributes': `fault=${fault}` }) },
    body: Buffer.from(body),
    timeoutMs,
    ...(signal && { signal }),
  };
}

export function pidOf(model: Model): number {
  const pid = Number(/process (\d+)/.exec(model.description)?.[1]);
  if (!pid) throw new Error(`no pid in "${model.description}"`);
  return pid;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Polls until the condition holds; throws after the time. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition}`);
    await delay(10);
  }
}

/** Closes the model at the end of a test. */
export function closing(model: Model): AsyncDisposable & { readonly model: Model } {
  return { model, [Symbol.asyncDispose]: () => model.close() };
}
