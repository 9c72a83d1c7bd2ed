// Hands a large request to the worker: an event, which Lambda queues and delivers when the answer of POST has long gone out.
import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { deadline } from '../aws/deadline.ts';
import type { WorkerEvent } from '../large-request/request-state.ts';
import { requestError } from './request-errors.ts';

export type SendInvoke = (command: InvokeCommand, options: { abortSignal: AbortSignal }) => Promise<InvokeCommandOutput>;

export interface InvokeWorkerOptions {
  readonly workerFunctionName: string;
  readonly sendInvoke: SendInvoke;
}

/** @throws HttpError WORKER_UNAVAILABLE. The event may have been queued all the same: only the answer was lost. */
export async function invokeWorker(
  { workerFunctionName, sendInvoke }: InvokeWorkerOptions,
  event: WorkerEvent,
  timeoutMs: number,
): Promise<void> {
  const command = new InvokeCommand({
    FunctionName: workerFunctionName,
    InvocationType: 'Event',
    Payload: Buffer.from(JSON.stringify(event)),
  });
  try {
    await sendInvoke(command, deadline(timeoutMs));
  } catch (error) {
    throw requestError('WORKER_UNAVAILABLE', { cause: error });
  }
}
