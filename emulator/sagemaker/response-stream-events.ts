// The members of ResponseStream as frames of an AWS event stream. Source: botocore sagemaker-runtime, shape ResponseStream; header names as the
// SDK's clients read them [meas].
import type { EventStreamCodec } from '@smithy/core/event-streams';

export interface ResponseStreamEvents {
  payloadPart(bytes: Uint8Array): Uint8Array;
  /** @param code the only two that the API names. */
  modelStreamError(code: ModelStreamErrorCode, message: string): Uint8Array;
  internalStreamFailure(message: string): Uint8Array;
}

/** ModelInvocationTimeExceeded: not whole in the time allowed. StreamBroken: the container reset or closed the connection. Same source. */
export type ModelStreamErrorCode = 'ModelInvocationTimeExceeded' | 'StreamBroken';

/** Loaded with the first stream: the codec takes 30 ms, which a start without a stream need not wait for. */
export async function loadResponseStreamEvents(): Promise<ResponseStreamEvents> {
  const { EventStreamCodec } = await import('@smithy/core/event-streams');
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  const exception = (type: string, members: Readonly<Record<string, string>>) =>
    frame(
      codec,
      { 'message-type': 'exception', 'exception-type': type, 'content-type': 'application/json' },
      Buffer.from(JSON.stringify(members)),
    );
  return {
    payloadPart: (bytes) =>
      frame(codec, { 'message-type': 'event', 'event-type': 'PayloadPart', 'content-type': 'application/octet-stream' }, bytes),
    modelStreamError: (ErrorCode, Message) => exception('ModelStreamError', { Message, ErrorCode }),
    internalStreamFailure: (Message) => exception('InternalStreamFailure', { Message }),
  };
}

function frame(codec: EventStreamCodec, headers: Readonly<Record<string, string>>, body: Uint8Array): Uint8Array {
  const entries = Object.entries(headers).map(([name, value]) => [`:${name}`, { type: 'string' as const, value }] as const);
  return codec.encode({ headers: Object.fromEntries(entries), body });
}
