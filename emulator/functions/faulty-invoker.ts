// Between the Lambda Invoke API and the functions: one of them can be made to throw, or to return something else, without being run.
import type { Faults } from '../faults.ts';
import type { FunctionDefinition } from '../template/deployment.ts';
import { executedVersion } from './executed-version.ts';
import type { FunctionInvoker, Outcome } from './outcome.ts';

export interface FaultyInvokerOptions {
  readonly invoker: FunctionInvoker;
  readonly functions: readonly FunctionDefinition[];
  readonly faults: Pick<Faults, 'functionAnswer'>;
}

export function createFaultyInvoker({ invoker, functions, faults }: FaultyInvokerOptions): FunctionInvoker {
  return {
    async invoke(request) {
      const { functionAnswer } = faults;
      if (functionAnswer === null) return invoker.invoke(request);
      const { functionArn } = functionAnswer;
      if (request.functionArn !== functionArn && !request.functionArn.startsWith(`${functionArn}:`)) return invoker.invoke(request);
      const definition = functions.find(({ arn }) => arn === functionArn);
      const qualifier = request.functionArn.slice(functionArn.length + 1) || null;
      const version = definition === undefined ? null : executedVersion(definition, qualifier);
      if (version === null) return { kind: 'refused', reason: 'notFound' };
      const outcome: Outcome =
        functionAnswer.kind === 'returns'
          ? { kind: 'returned', payload: functionAnswer.payload }
          : { kind: 'threw', error: { errorType: 'Error', errorMessage: 'The function fails: a provider state says so.', trace: [] } };
      const requestId = request.requestId ?? '';
      return { requestId, outcome, executedVersion: version, durationMs: 0, initDurationMs: null, logTail: null };
    },
  };
}
