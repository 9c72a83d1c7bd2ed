// How a container runs the relay.
import { programCommand } from './program-command.ts';

/** The whole argv. `listen` and `options` as program/run-relay.ts takes them. */
export function relayCommand(listen: string, ...options: readonly string[]): readonly string[] {
  return programCommand({ directory: import.meta.dirname, file: './program/run-relay', main: 'runRelay' }, [listen, ...options]);
}
