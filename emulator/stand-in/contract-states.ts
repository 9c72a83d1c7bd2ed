// The provider states of a stand-in's contract: beside Airlock's own ones the control server takes them too.
import type { Pact } from '../../contracts/pact/pact.ts';

export function contractStates({ interactions }: Pact): ReadonlySet<string> {
  return new Set(interactions.flatMap(({ providerStates }) => providerStates.map(({ name }) => name)));
}
