// A time limit for code that cannot look at the clock itself: a regular expression of a contract may run for centuries (`^(a+)+$`).
import { createContext, Script } from 'node:vm';

export type BoundedRun<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'tooLong' };

// Why not a worker: a contract's exact numbers cannot be cloned into one, every request of up to 25 MB would be copied, and somebody would
// have to own and end it. This interrupts the engine, also within a regular expression, and costs 0.2 ms a call (measured, Node 24); the
// thread stands still for the limit at most, which turns.ts shares out.
const sandbox = createContext({ run: () => {} });
const script = new Script('run()');

/**
 * Synchronous. Where the limit is passed, `work` is broken off between any two of its steps, without its `catch` and `finally`: it must
 * hold nothing open.
 */
export function boundedRun<T>(work: () => T, limitMs: number): BoundedRun<T> {
  let value: { readonly result: T } | undefined;
  sandbox.run = () => {
    value = { result: work() };
  };
  try {
    script.runInContext(sandbox, { timeout: limitMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return { kind: 'tooLong' };
  } finally {
    sandbox.run = () => {};
  }
  if (value === undefined) throw new Error('A bounded run ended without a result.');
  return { kind: 'done', value: value.result };
}
