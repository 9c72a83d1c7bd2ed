// Why an asynchronous request failed, in the words of its failure object. SageMaker never tries an invocation again.
import type { ModelResponse } from '../../model/model.ts';
import { PlatformStorageError } from '../platform-storage.ts';
import { responseHeaderBytesMax } from './async-limits.ts';
import { s3Uri } from './output-locations.ts';
import type { QueuedRequest } from './queued-request.ts';

export interface RequestFailure {
  /** For the log and the trace: a word, nothing of the request. */
  readonly outcome: string;
  /** For the failure object. */
  readonly message: string;
}

/** The texts here are ours: that these requests fail is known, what AWS writes is not. */
export const failures = {
  expired: ({ ttlMs }: QueuedRequest): RequestFailure => ({
    outcome: 'expired',
    message: `The request expired: it was in the queue for longer than ${ttlMs / 1_000} seconds.`,
  }),
  inputMissing: ({ input }: QueuedRequest): RequestFailure => ({
    outcome: 'inputMissing',
    message: `The input ${input === null ? '' : s3Uri(input)} was not found.`,
  }),
  inputDamaged: (): RequestFailure => ({
    outcome: 'inputDamaged',
    message: 'The body of the request was damaged while it waited: it cannot be read.',
  }),
  roleNotAssumed: (): RequestFailure => ({ outcome: 'roleNotAssumed', message: "SageMaker cannot act with the model's execution role." }),
  inputTooLarge: (bytes: number, bytesMax: number): RequestFailure => ({
    outcome: 'inputTooLarge',
    message: `The input has ${bytes} bytes, more than ${bytesMax}.`,
  }),
  input: ({ input }: QueuedRequest, error: unknown): RequestFailure => ({
    outcome: `input${codeOf(error)}`,
    message: `The input ${input === null ? '' : s3Uri(input)} could not be read: ${codeOf(error)}.`,
  }),
  output: ({ output }: QueuedRequest, error: unknown): RequestFailure => ({
    outcome: `output${codeOf(error)}`,
    message: `The output could not be written to ${s3Uri(output)}: ${codeOf(error)}.`,
  }),
  internal: (): RequestFailure => ({ outcome: 'internalFailure', message: 'An internal failure occurred.' }),
} as const;

/** What SageMaker asks of the head of an answer here, though not for InvokeEndpoint; null where it has it. */
export function responseHeadFailure({ status, headers }: Pick<ModelResponse, 'status' | 'headers'>): RequestFailure | null {
  const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > responseHeaderBytesMax) {
    // Text: deep-learning-containers issue 4668 [I].
    const message = `Response received from the primary container has headers with length greater than ${responseHeaderBytesMax} bytes. Reduce the length of your container's response headers and update your endpoint.`;
    return { outcome: 'responseHeadersTooLong', message };
  }
  // A 204 has no body, and must not have a length either (RFC 9110, 8.6).
  if (status === 204 || headers['content-length'] !== undefined) return null;
  // Text: djl-serving issue 2567, vllm issue 2912 [I].
  return { outcome: 'noContentLength', message: 'The response from container primary did not specify the required Content-Length header' };
}

function codeOf(error: unknown): string {
  if (error instanceof PlatformStorageError) return error.code;
  return error instanceof Error ? error.name : 'Error';
}
