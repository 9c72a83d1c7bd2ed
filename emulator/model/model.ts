// What SageMaker's part of the emulator sees of a running model, however it runs: process, container or URL.
import type { Readable } from 'node:stream';

export interface Model {
  /** True only where it was verified that nothing inside can reach a network. */
  readonly sealed: boolean;
  /** One line for people: how it runs, and why it is not sealed where it is not. */
  readonly description: string;
  /** Present where a stand-in answers from a contract, and no model runs. */
  readonly standIn?: StandInFacts;
  readonly state: ModelState;
  /** Sends one HTTP request to the model's server. Rejects with ModelFailure only. */
  request(request: ModelRequest): Promise<ModelAnswer>;
  /** The same with the answer as it comes, of any size. Rejects with ModelFailure only. Whoever opened it disposes of it. */
  open(request: ModelRequest): Promise<ModelResponse>;
  /** SIGTERM, SIGKILL after the limit; nothing is left behind. Safe to call twice. */
  close(): Promise<void>;
}

export interface StandInFacts {
  /** Name of the contract's file. */
  readonly contract: string;
  /** Provider states that the contract names. */
  readonly states: ReadonlySet<string>;
  /** The contract's own example of a POST /invocations that is answered 200; null where it has none. */
  readonly example: { readonly contentType: string; readonly body: Buffer } | null;
}

/** starting: no 200 from /ping yet, also after a crash; failed: gave up starting. */
export type ModelState = 'starting' | 'inService' | 'failed' | 'stopped';

export interface ModelRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | StreamedBody;
  /** Until the whole answer is here, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A body of any size. Without a Content-Length among the request's headers it goes out in chunks. */
export interface StreamedBody {
  /** Anew for each attempt, once there is a connection; called as late as it can be. */
  open(): Readable;
}

export interface ModelAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Of a stand-in whose contract has no interaction for the request: description of the nearest. */
  readonly nearestInteraction?: string;
}

export interface ModelResponse extends Disposable {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** As in ModelAnswer. */
  readonly nearestInteraction?: string;
  /** As the container's bytes come, to be read once. Throws ModelFailure where the answer breaks off or takes too long. */
  readonly body: AsyncIterable<Buffer>;
}

/** bodyBroken: the request's own body could not be read; its error is the cause. */
export type ModelFailureReason = 'notReady' | 'timedOut' | 'connectionLost' | 'answerTooLarge' | 'aborted' | 'bodyBroken';

export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  readonly reason: ModelFailureReason;
  /** With notReady: the model is there, and takes no more at present. Sending it again at once would meet the same. */
  readonly isBusy: boolean;

  constructor(reason: ModelFailureReason, message: string, { isBusy = false, ...options }: { cause?: unknown; isBusy?: boolean } = {}) {
    super(message, options);
    this.reason = reason;
    this.isBusy = isBusy;
  }
}
