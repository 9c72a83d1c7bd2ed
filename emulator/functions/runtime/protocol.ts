// What passes between the host and the runtime inside a worker. Everything is a string, a number or shared memory: cheap to clone.
import type { MessagePort } from 'node:worker_threads';
import type { FunctionError } from '../outcome.ts';

export interface RuntimeData {
  readonly port: MessagePort;
  /** Int32: how many requests were posted; the runtime sleeps on it between invocations. */
  readonly requests: SharedArrayBuffer;
  /** log-ring.ts */
  readonly log: SharedArrayBuffer;
  readonly forwardLog: boolean;
  /** Directory of the code, and the function's handler string. */
  readonly taskRoot: string;
  readonly handler: string;
  /** e.g. 24 */
  readonly nodeMajor: number;
  /** Where code that was not bundled finds the SDK that Lambda's runtime brings; null for bundles. */
  readonly sdkParentUrl: string | null;
}

export interface RuntimeRequest {
  readonly requestId: string;
  readonly payload: string;
  readonly invokedFunctionArn: string;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly traceHeader: string;
  /** JSON text, decoded from the API's base64. */
  readonly clientContext?: string;
  /** The log tail names the memory used: the answer has heapBytes then. Asking V8 costs more than a small handler does. */
  readonly wantsLogTail: boolean;
}

export type RuntimeMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'initFailed'; readonly error: FunctionError }
  | { readonly kind: 'returned'; readonly payload: string; readonly heapBytes: number | null }
  | { readonly kind: 'threw' | 'unserialisable'; readonly error: FunctionError; readonly heapBytes: number | null }
  /** nodejs22 and older report what was not caught and then exit. */
  | { readonly kind: 'uncaught'; readonly error: FunctionError }
  | { readonly kind: 'log'; readonly requestId: string; readonly text: string };
