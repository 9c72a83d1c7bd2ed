// The principals of an emulator, by the names that provider states use.
import { ContractError } from '../../../contracts/contract-error.ts';
import type { Credentials } from '../../iam/principal.ts';
import type { Airlock } from '../../start.ts';

/** Null for `nobody`: the call goes unsigned. @throws ContractError STATE_NOT_SET for a name that no principal has */
export function airlockCredentials({ credentials }: Airlock, name: string): Credentials | null {
  if (name === 'nobody') return null;
  const found = Object.entries(credentials).find(([principal]) => principal === name);
  if (found !== undefined) return found[1];
  const known = ['nobody', ...Object.keys(credentials)].join(', ');
  throw new ContractError('STATE_NOT_SET', `The state asks for a call by ${name}, whom nobody knows here.`, `Known are ${known}.`);
}
