// The one call to the model: the bytes exactly as received, and the same type back.
import { InvokeEndpointCommand, type InvokeEndpointCommandOutput } from '@aws-sdk/client-sagemaker-runtime';
import { deadline } from '../aws/deadline.ts';
import { modelError } from './model-error.ts';
import type { IdentityRequest } from './read-request.ts';

export type SendInvokeEndpoint = (
  command: InvokeEndpointCommand,
  options: { abortSignal: AbortSignal },
) => Promise<InvokeEndpointCommandOutput>;

/** The model's answer, byte for byte. */
export interface ModelAnswer {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** @throws HttpError, see model-error.ts */
export async function invokeModel(
  { endpointName, sendInvokeEndpoint }: { readonly endpointName: string; readonly sendInvokeEndpoint: SendInvokeEndpoint },
  { mediaType, body }: IdentityRequest,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<ModelAnswer> {
  const command = new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: mediaType, Accept: mediaType, Body: body });
  try {
    const { Body, ContentType } = await sendInvokeEndpoint(command, deadline(timeoutMs));
    return { body: Body ?? new Uint8Array(), contentType: ContentType ?? 'application/octet-stream' };
  } catch (error) {
    throw modelError(error);
  }
}
