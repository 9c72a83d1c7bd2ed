// What SageMaker's part of the emulator sees of a running model, however it runs: process, container or URL.

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
  readonly body?: Buffer;
  /** Until the whole answer is here, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface ModelAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Of a stand-in whose contract has no interaction for the request: description of the nearest. */
  readonly nearestInteraction?: string;
}

export type ModelFailureReason = 'notReady' | 'timedOut' | 'connectionLost' | 'answerTooLarge' | 'aborted';

export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  readonly reason: ModelFailureReason;

  constructor(reason: ModelFailureReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}
