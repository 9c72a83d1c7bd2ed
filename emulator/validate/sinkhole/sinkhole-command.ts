// How a container runs the sinkhole.
import { programCommand } from '../../model/relay/program-command.ts';

/** The whole argv. `names`: the addresses that names get, see program/run-sinkhole.ts. */
export function sinkholeCommand(names: { readonly firstAddress: string; readonly addresses: number }): readonly string[] {
  const program = { directory: import.meta.dirname, file: './program/run-sinkhole', main: 'runSinkhole' };
  return programCommand(program, [names.firstAddress, String(names.addresses)]);
}
