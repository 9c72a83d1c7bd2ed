// One provider state: how it is set in the running world.
import type { ProviderStateName, StateChange } from '../../contracts/provider-states.ts';
import type { Undo } from './undo.ts';

/** For the pact's generators. */
export type StateValues = Readonly<Record<string, string>>;

export interface Setup {
  readonly params: StateChange['params'];
  /** Fires when Airlock closes. */
  readonly signal: AbortSignal;
  /** Takes what puts the plain situation back; it runs also where the setup fails. */
  readonly undo: Undo;
}

/** @throws ProviderStateRefused */
export type StateSetter = (setup: Setup) => StateValues | Promise<StateValues>;

/** Every state of contracts/provider-states.ts: one without a setter does not compile. */
export type StateSetters = Readonly<Record<ProviderStateName, StateSetter>>;
