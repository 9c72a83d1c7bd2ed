// One POST /invocations to a container, as SageMaker's platform sends it: what came of it as a value, whatever the container did.
import { invokeEndpointTimeoutMs, modelResponseBytesMax } from '../limits.ts';
import { ModelFailure, type ModelFailureReason } from '../model/model.ts';
import type { ModelChannel } from '../model/model-channel.ts';
import { pause } from '../model/readiness.ts';

export type Invoked =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
      /** Of the body, since the request began; null: it has none. */
      readonly firstByteMs: number | null;
      readonly durationMs: number;
    }
  | { readonly kind: 'failed'; readonly reason: ModelFailureReason; readonly durationMs: number };

export interface InvokeRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Default: SageMaker's 60 s. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** Where the connection was not accepted in time nothing was sent: a busy machine gets a few chances. */
const connectAttemptsMax = 4;
const connectPauseMs = 100;

/** Rejects for an abort only. An answer that is too large to be held counts as failed with `answerTooLarge`. */
export async function invoke(channel: ModelChannel, request: InvokeRequest): Promise<Invoked> {
  const { signal } = request;
  for (let attempt = 1; ; attempt += 1) {
    const invoked = await invokeOnce(channel, request);
    signal.throwIfAborted();
    if (invoked.kind === 'answered' || invoked.reason !== 'notReady' || attempt === connectAttemptsMax) return invoked;
    await pause(connectPauseMs, signal);
  }
}

async function invokeOnce(channel: ModelChannel, { headers, body, timeoutMs = invokeEndpointTimeoutMs, signal }: InvokeRequest) {
  const beganAtMs = performance.now();
  const sinceMs = () => Math.round(performance.now() - beganAtMs);
  try {
    using response = await channel.open({
      ...{ method: 'POST' as const, path: '/invocations', timeoutMs, signal, body },
      headers: { ...headers, 'content-length': String(body.length) },
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let firstByteMs: number | null = null;
    for await (const chunk of response.body) {
      firstByteMs ??= sinceMs();
      bytes += chunk.length;
      if (bytes > modelResponseBytesMax) return failed('answerTooLarge', sinceMs());
      chunks.push(chunk);
    }
    const { status, headers: answered } = response;
    return { kind: 'answered' as const, status, headers: answered, body: Buffer.concat(chunks, bytes), firstByteMs, durationMs: sinceMs() };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    return failed(error.reason, sinceMs());
  }
}

function failed(reason: ModelFailureReason, durationMs: number): Invoked {
  return { kind: 'failed', reason, durationMs };
}

export function isSuccess(invoked: Invoked): invoked is Extract<Invoked, { kind: 'answered' }> {
  return invoked.kind === 'answered' && invoked.status >= 200 && invoked.status <= 299;
}

const reasonWords: Readonly<Record<ModelFailureReason, string>> = {
  notReady: 'no connection was accepted',
  timedOut: 'no complete answer in time',
  connectionLost: 'the connection broke before the answer was complete',
  answerTooLarge: `an answer of more than ${modelResponseBytesMax} bytes`,
  aborted: 'the request was given up',
  bodyBroken: 'the request could not be sent',
};

/** For findings: `status 500`, or why there was none and after what time. */
export function wordsOf(invoked: Invoked): string {
  if (invoked.kind === 'answered') return `status ${invoked.status}`;
  return `${reasonWords[invoked.reason]} (${(invoked.durationMs / 1_000).toFixed(1)} s)`;
}
