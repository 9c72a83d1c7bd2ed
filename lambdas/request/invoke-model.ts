// The one call to the model: the bytes exactly as received, and the same type back.
import { InvokeEndpointCommand, type InvokeEndpointCommandOutput } from '@aws-sdk/client-sagemaker-runtime';
import { deadline } from '../aws/deadline.ts';
import { modelError } from './model-error.ts';
import type { IdentityRequest } from './read-request.ts';
import { requestError } from './request-errors.ts';

export type SendInvokeEndpoint = (
  command: InvokeEndpointCommand,
  options: { abortSignal: AbortSignal },
) => Promise<InvokeEndpointCommandOutput>;

/** The model's answer, byte for byte. */
export interface ModelAnswer {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** @throws HttpError, see model-error.ts; MODEL_FAILED where the answer is empty */
export async function invokeModel(
  { endpointName, sendInvokeEndpoint }: { readonly endpointName: string; readonly sendInvokeEndpoint: SendInvokeEndpoint },
  { mediaType, body }: IdentityRequest,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<ModelAnswer> {
  const command = new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: mediaType, Accept: mediaType, Body: body });
  let output: InvokeEndpointCommandOutput;
  try {
    output = await sendInvokeEndpoint(command, deadline(timeoutMs));
  } catch (error) {
    throw modelError(error);
  }
  const { Body, ContentType } = output;
  // There is at least one record, so nothing is no answer; stored, it would be the result of this Idempotency-Key for ever.
  if (Body === undefined || Body.byteLength === 0) throw requestError('MODEL_FAILED', { cause: new EmptyModelAnswer() });
  return { body: Body, contentType: ContentType ?? 'application/octet-stream' };
}

/** Only its name is used, in our log. */
class EmptyModelAnswer extends Error {
  override readonly name = 'EmptyModelAnswer';
}
