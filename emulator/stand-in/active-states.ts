// The provider states that are set at present: the control server puts names in, a stand-in answers by them.
import type { Pact } from '../../contracts/pact/pact.ts';

export interface ActiveStates {
  /** As they are at the moment of reading. */
  readonly names: ReadonlySet<string>;
  add(name: string): void;
  remove(name: string): void;
}

export function createActiveStates(): ActiveStates {
  const names = new Set<string>();
  return {
    names,
    add(name) {
      names.add(name);
    },
    remove(name) {
      names.delete(name);
    },
  };
}

/** What holds of the local world from the start: its subscription is active, and the tokens of its partner are valid. */
const heldFromTheStart: ReadonlySet<string> = new Set(['a subscription is active', 'the application holds a valid token']);

/** The states that a contract is answered by: those that are set, where it knows one of them, else those that hold from the start. */
export function statesFor({ interactions }: Pact, active: ReadonlySet<string>): ReadonlySet<string> {
  const isKnown = interactions.some(({ providerStates }) => providerStates.some(({ name }) => active.has(name)));
  return isKnown ? active : heldFromTheStart;
}
