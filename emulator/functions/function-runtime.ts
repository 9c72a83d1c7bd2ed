// Which of Lambda's runtimes can be emulated: those of Node.
import { AirlockError } from '../errors.ts';
import type { FunctionDefinition } from '../template/deployment.ts';

/** 24 for nodejs24.x; NaN for other runtimes. */
export function nodeMajorOf(runtime: string): number {
  return Number(/^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? Number.NaN);
}

/** @throws AirlockError BAD_TEMPLATE */
export function checkRuntime({ functionName, runtime, location }: FunctionDefinition): void {
  if (nodeMajorOf(runtime) >= 18) return;
  throw new AirlockError(
    'BAD_TEMPLATE',
    `${location.file}:${location.line}:${location.column}: function ${functionName} has the runtime ${runtime}, which Airlock does not emulate.`,
    'Use nodejs24.x (nodejs18.x, nodejs20.x and nodejs22.x work too).',
  );
}
