// How a thread ended or answered, as the outcome that Lambda gives its callers.
import type { Outcome } from './outcome.ts';
import type { ThreadEvent } from './runtime-thread.ts';

export interface InvocationLimits {
  readonly requestId: string;
  readonly timeoutSeconds: number;
}

/** `null`: the environment was closed while it worked. */
export function outcomeOfThread(event: ThreadEvent, { requestId, timeoutSeconds }: InvocationLimits): Outcome | null {
  const runtimeError = (errorType: string, text: string) => ({ errorType, errorMessage: `RequestId: ${requestId} Error: ${text}` });
  switch (event.kind) {
    case 'returned':
      return { kind: 'returned', payload: event.payload };
    case 'threw':
    case 'unserialisable':
      return { kind: event.kind, error: event.error };
    case 'initFailed':
      return { kind: 'crashed', error: event.error };
    case 'timedOut':
      return { kind: 'timedOut', error: runtimeError('Sandbox.Timedout', timeoutText(timeoutSeconds)) };
    case 'exited': {
      const text =
        event.exitCode === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${event.exitCode}`;
      return { kind: 'crashed', error: runtimeError('Runtime.ExitError', text) };
    }
    case 'uncaught':
      // nodejs24 has no hook of its own: Node prints the error and ends with status 1.
      return {
        kind: 'crashed',
        error: event.reported ?? runtimeError('Runtime.ExitError', 'Runtime exited with error: exit status 1'),
      };
    case 'outOfMemory':
      return { kind: 'outOfMemory', error: runtimeError('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed') };
    case 'ready':
      throw new Error('The runtime reported ready in the middle of an invocation.');
    case 'closed':
      return null;
  }
}

export function timeoutText(timeoutSeconds: number): string {
  return `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
}
