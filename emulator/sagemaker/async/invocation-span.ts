// What an asynchronous invocation tells the trace: long after its call was answered, under the same trace id.
import type { MeteringFields } from '../metering.ts';

export interface InvocationFields extends Partial<MeteringFields> {
  readonly endpointName?: string;
  readonly requestId?: string;
  /** Of the container's answer. */
  readonly status?: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  /** `done`, `stopped`, or in one word why it failed. */
  readonly outcome?: string;
}

export interface InvocationSpan {
  annotate(fields: InvocationFields): void;
  end(fields: InvocationFields): void;
}

export interface InvocationTraces {
  /** The trace id in the call's X-Amzn-Trace-Id, or a new one. */
  traceIdOf(header: string | undefined): string;
  beginSpan(traceId: string, fields: InvocationFields): InvocationSpan;
}
