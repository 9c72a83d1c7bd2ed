// customer-api as the application calls it: the emulator's, or one that is deployed.

import { ContractError } from '../../../contracts/contract-error.ts';
import type { ProviderRequest } from '../../../contracts/verification/provider.ts';
import { probeProvider } from '../../../contracts/verification/send-http.ts';
import type { Airlock } from '../../start.ts';
import { airlockCredentials } from './airlock-credentials.ts';
import { openCredentials } from './aws-credentials.ts';
import { createSignedSender } from './signed-sender.ts';
import { signerOf, statesAt, statesOfAirlock, type VerificationTarget } from './verification-target.ts';

const usualCaller = 'customer-app';

export function customerApiIn(airlock: Airlock): VerificationTarget {
  if (airlock.apiUrl === null) throw new Error('The shipped templates have no API.');
  const { apiUrl, region } = airlock;
  const send = createApiSender({ baseUrl: apiUrl, region }, (name) => airlockCredentials(airlock, name ?? usualCaller));
  return { ...statesOfAirlock(airlock), send, [Symbol.asyncDispose]: () => airlock.close() };
}

export interface DeployedApiOptions {
  /** With its stage. */
  readonly url: string;
  readonly stateUrl: string | null;
  readonly credentialsFile: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** @throws ContractError BAD_USAGE, PROVIDER_UNREACHABLE */
export async function deployedCustomerApi({
  url,
  stateUrl,
  credentialsFile,
  env,
  signal,
}: DeployedApiOptions): Promise<VerificationTarget> {
  const source = await openCredentials(credentialsFile, usualCaller, env);
  await probeProvider(url, signal);
  const send = createApiSender({ baseUrl: url, region: regionOf(url, env) }, (name) =>
    name === 'nobody' ? null : source.credentialsOf(name),
  );
  const states = stateUrl === null ? noStates() : statesAt(stateUrl, signal);
  return { ...states, send, async [Symbol.asyncDispose]() {} };
}

type CredentialsFor = (name: string | null) => ReturnType<typeof airlockCredentials>;

/** A token goes as the contract has it; a signature is made anew. */
function createApiSender(where: { readonly baseUrl: string; readonly region: string }, credentialsFor: CredentialsFor) {
  const sender = createSignedSender({ ...where, service: 'execute-api' });
  return async (request: ProviderRequest) => {
    const { signAs } = request.stateValues;
    const name = signAs === undefined ? null : signerOf(request.stateValues, usualCaller);
    const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256') ?? false;
    return isSigned ? sender.signed(request, credentialsFor(name)) : sender.asItIs(request);
  };
}

/** https://ID.execute-api.REGION.amazonaws.com says it; a name of one's own does not. */
function regionOf(url: string, env: NodeJS.ProcessEnv): string {
  const named = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(new URL(url).hostname)?.[1];
  return named ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
}

function noStates(): Pick<VerificationTarget, 'setState' | 'knownStates'> {
  return {
    knownStates: async () => null,
    async setState({ state }) {
      throw new ContractError(
        'UNKNOWN_STATE',
        `The state "${state}" cannot be set for an API given by its URL alone.`,
        'Give the server that sets states with --state-url (of an Airlock: its control URL and /provider-states), or choose with --only.',
      );
    },
  };
}
