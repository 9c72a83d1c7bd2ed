// What `airlock contract verify` verifies: a provider that runs, or is about to be started for it.
import { ContractError } from '../../../contracts/contract-error.ts';
import { providerStates } from '../../../contracts/provider-states.ts';
import type { SendToProvider, SetProviderState } from '../../../contracts/verification/provider.ts';
import { probeProvider } from '../../../contracts/verification/send-http.ts';
import { statesOverHttp } from '../../../contracts/verification/states-over-http.ts';
import type { Airlock } from '../../start.ts';

export interface VerificationTarget extends AsyncDisposable {
  readonly send: SendToProvider;
  readonly setState: SetProviderState;
  /** Null where only its own server knows. */
  readonly knownStates: () => Promise<readonly string[] | null>;
}

/** The states of an emulator that was started for the verification. */
export function statesOfAirlock({ controlUrl }: Airlock): Pick<VerificationTarget, 'setState' | 'knownStates'> {
  return { setState: statesOverHttp(`${controlUrl}/provider-states`), knownStates: async () => Object.keys(providerStates) };
}

/** The states of a server of the provider's own; it alone knows which it has. That it is there at all is asked before anything is verified. */
export function statesAt(stateUrl: string, signal: AbortSignal): Pick<VerificationTarget, 'setState' | 'knownStates'> {
  return {
    setState: statesOverHttp(stateUrl),
    async knownStates() {
      await probeProvider(stateUrl, signal, 'The state server');
      return null;
    },
  };
}

/** Whose credentials sign the call, where a state says so. */
export function signerOf(stateValues: Readonly<Record<string, unknown>>, usual: string): string {
  const { signAs = usual } = stateValues;
  if (typeof signAs === 'string' && signAs !== '') return signAs;
  throw new ContractError(
    'STATE_NOT_SET',
    'The state gave a signAs that is no name.',
    'It is one of customer-app, customer-admin, partner-admin, stranger or nobody.',
  );
}
