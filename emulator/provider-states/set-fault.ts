// A fault for as long as a provider state is set.
import type { Faults } from '../faults.ts';
import type { Setup } from './state-setter.ts';

export function setFault<Name extends keyof Faults>(
  faults: Faults,
  { undo }: Pick<Setup, 'undo'>,
  name: Name,
  value: NonNullable<Faults[Name]>,
): void {
  undo.defer(() => {
    (faults as Record<Name, Faults[Name] | null>)[name] = null;
  });
  faults[name] = value;
}
