// What the control server asks for when a provider state is to be set, and how that is refused. Who sets it is not known here.
import type { StateChange } from '../../contracts/provider-states.ts';

/** Resolves with the values for the pact's generators. @throws ProviderStateRefused */
export type SetProviderState = (change: StateChange) => Promise<Readonly<Record<string, string>>>;

export type StateRefusal = 'UNKNOWN_STATE' | 'STATE_NOT_SET' | 'BAD_PARAMS';

/** The message is for whoever verifies: what could not be set, and why. */
export class ProviderStateRefused extends Error {
  override readonly name = 'ProviderStateRefused';
  readonly code: StateRefusal;

  constructor(code: StateRefusal, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
