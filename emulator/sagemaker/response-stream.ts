// The body of a streamed answer: the container's bytes as they come, each piece a PayloadPart, and the reason where they break off.
import { Readable } from 'node:stream';
import type { Log } from '../log.ts';
import { ModelFailure, type ModelResponse } from '../model/model.ts';
import type { ResponseStreamEvents } from './response-stream-events.ts';
import { tellOfFailure } from './tell-of-failure.ts';

/**
 * Ours: bytes of one PayloadPart. What one read of a socket gives; a client holds a whole part before it hands out any of it. AWS's
 * parts do not follow the container's chunks either (strands-agents/harness-sdk issue 4035) [I].
 */
export const payloadPartBytesMax = 65_536;

export interface ResponseStreamOptions {
  /** Disposed of when the stream closes, however it does. */
  readonly response: ModelResponse;
  readonly events: ResponseStreamEvents;
  /** The stream is destroyed after this: whoever reads it has not taken what was there long ago. */
  readonly lifetimeMs: number;
  readonly log: Log;
  readonly endpointName: string;
  /** The stream ends with InternalStreamFailure when it fires. */
  readonly closing?: AbortSignal;
  /** Once, behind the last byte of the container. `errorCode`: what the client was told in the stream. */
  readonly onEnd: (end: { readonly responseBytes: number; readonly errorCode?: string }) => void;
}

/** Reads on only as it is read: at most two parts are held. */
export function createResponseStream(options: ResponseStreamOptions): Readable {
  const { response, lifetimeMs } = options;
  const stream = Readable.from(frames(options), { objectMode: false, highWaterMark: payloadPartBytesMax });
  const timer = setTimeout(() => stream.destroy(new Error('The client did not read the answer in time.')), lifetimeMs);
  const giveUp = () => response[Symbol.dispose]();
  options.closing?.addEventListener('abort', giveUp, { once: true });
  // Not in the generator: one that nobody began to read never reaches its end.
  stream.once('close', () => {
    clearTimeout(timer);
    options.closing?.removeEventListener('abort', giveUp);
    giveUp();
  });
  return stream;
}

async function* frames({ response, events, log, endpointName, closing, onEnd }: ResponseStreamOptions): AsyncGenerator<Uint8Array> {
  const body = response.body[Symbol.asyncIterator]();
  let responseBytes = 0;
  for (;;) {
    let next: IteratorResult<Buffer>;
    try {
      next = await body.next();
    } catch (error) {
      const isGivenUp = error instanceof ModelFailure && error.reason === 'aborted';
      // Nobody is there to be told.
      if (isGivenUp && !closing?.aborted) throw error;
      const { frame, errorCode } = failureFrame(events, error);
      if (error instanceof ModelFailure) tellOfFailure(log, endpointName, error);
      else log.error({ endpointName, error }, 'InvokeEndpointWithResponseStream failed');
      onEnd({ responseBytes, errorCode });
      yield frame;
      return;
    }
    if (next.done) break;
    responseBytes += next.value.length;
    for (let start = 0; start < next.value.length; start += payloadPartBytesMax) {
      yield events.payloadPart(next.value.subarray(start, start + payloadPartBytesMax));
    }
  }
  onEnd({ responseBytes });
}

/** The messages are ours: how AWS words them is not known. */
function failureFrame(events: ResponseStreamEvents, error: unknown): { readonly frame: Uint8Array; readonly errorCode: string } {
  const reason = error instanceof ModelFailure ? error.reason : null;
  if (reason === 'timedOut') {
    const frame = events.modelStreamError('ModelInvocationTimeExceeded', 'The model did not finish its response within the time allowed.');
    return { frame, errorCode: 'ModelStreamError' };
  }
  if (reason === 'connectionLost') {
    const frame = events.modelStreamError(
      'StreamBroken',
      'The connection to the model was reset or closed before its response was complete.',
    );
    return { frame, errorCode: 'ModelStreamError' };
  }
  const frame = events.internalStreamFailure('We encountered an internal error. Please try again.');
  return { frame, errorCode: 'InternalStreamFailure' };
}
