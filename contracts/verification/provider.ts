// What a verification needs of the side that is verified: a way to send it a request, and one to put it into a state.
import type { StateChange } from '../provider-states.ts';

/** A request of the contract, as Pact's verifier built it. */
export interface ProviderRequest {
  readonly method: string;
  /** As on the wire: percent-encoded, with the query. */
  readonly path: string;
  /** Lower-case names; none that is about one connection only, no host, no content-length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What the setup of the interaction's states answered, together. */
  readonly stateValues: Readonly<Record<string, unknown>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface ProviderAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** Rejects with a ContractError (PROVIDER_UNREACHABLE, VERIFICATION_FAILED) where there is no answer. A redirect is an answer. */
export type SendToProvider = (request: ProviderRequest) => Promise<ProviderAnswer>;

/** Resolves to the values of the state; rejects with a ContractError: UNKNOWN_STATE, STATE_NOT_SET, PROVIDER_UNREACHABLE. */
export type SetProviderState = (change: StateChange, signal: AbortSignal) => Promise<Record<string, unknown>>;

/** Of a body that is read whole, in bytes: more than the largest answer of an endpoint (SageMaker: 25 MB). */
export const bodyBytesMax = 32 * 1_024 * 1_024;
