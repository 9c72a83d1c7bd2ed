// partner-token as Lambda's Invoke API shows it: the shipped handler or a user's own in the emulator, or a function that is deployed.
import { ContractError } from '../../../contracts/contract-error.ts';
import type { SetProviderState } from '../../../contracts/verification/provider.ts';
import { probeProvider } from '../../../contracts/verification/send-http.ts';
import { parseFunctionReference } from '../../function-reference.ts';
import type { Airlock } from '../../start.ts';
import { airlockCredentials } from './airlock-credentials.ts';
import { openCredentials } from './aws-credentials.ts';
import { createSignedSender } from './signed-sender.ts';
import { signerOf, statesAt, statesOfAirlock, type VerificationTarget } from './verification-target.ts';

/** Whoever runs the customer's functions is of the customer's account, and may do there what its administrator may. */
const usualCaller = 'customer-admin';

export function partnerTokenIn(airlock: Airlock): VerificationTarget {
  const sender = createSignedSender({ baseUrl: airlock.awsUrl, service: 'lambda', region: airlock.region });
  return {
    ...statesOfAirlock(airlock),
    send: async (request) => sender.signed(request, airlockCredentials(airlock, signerOf(request.stateValues, usualCaller))),
    [Symbol.asyncDispose]: () => airlock.close(),
  };
}

export interface DeployedFunctionOptions {
  readonly arn: string;
  /** Null: AWS itself. */
  readonly awsUrl: string | null;
  readonly stateUrl: string | null;
  readonly credentialsFile: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** For whoever runs this: a line on what is about to be called. */
  readonly say: (line: string) => void;
}

/** @throws ContractError BAD_USAGE, PROVIDER_UNREACHABLE */
export async function deployedPartnerToken(options: DeployedFunctionOptions): Promise<VerificationTarget> {
  const { arn, stateUrl, credentialsFile, env, signal, say } = options;
  const { partition, region, accountId, functionName } = deployedFunction(arn);
  const source = await openCredentials(credentialsFile, usualCaller, env);
  // Before anything leaves this machine, a failed look-up of the host included.
  if (options.awsUrl === null) say(`calls ${functionName} at AWS: account ${accountId}, Region ${region}`);
  const baseUrl = options.awsUrl ?? lambdaEndpoint(partition, region);
  await probeProvider(baseUrl, signal);
  const sender = createSignedSender({ baseUrl, service: 'lambda', region });
  const states = stateUrl === null ? { setState: activeSubscriptionOnly(), knownStates: async () => null } : statesAt(stateUrl, signal);
  const values = { functionArn: encodeURIComponent(arn) };
  return {
    ...states,
    setState: async (change, limit) => ({ ...values, ...(await states.setState(change, limit)) }),
    async send(request) {
      const { signAs } = request.stateValues;
      const caller = signAs === undefined ? null : signerOf(request.stateValues, usualCaller);
      return sender.signed(request, caller === 'nobody' ? null : source.credentialsOf(caller));
    },
    async [Symbol.asyncDispose]() {},
  };
}

interface DeployedFunction {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly functionName: string;
}

function deployedFunction(arn: string): DeployedFunction {
  const { partition, region, accountId, functionName, qualifier } = parseFunctionReference(arn) ?? { functionName: '' };
  if (partition && region && accountId && qualifier) return { partition, region, accountId, functionName };
  throw new ContractError(
    'BAD_USAGE',
    `${arn} (--function) is not the ARN of a function with its alias.`,
    'e.g. arn:aws:lambda:us-east-1:111111111111:function:airlock-partner-token:s-k3v9x2m7q4ta',
  );
}

/** Source: AWS General Reference, Lambda endpoints. */
function lambdaEndpoint(partition: string, region: string): string {
  const domains: Readonly<Record<string, string>> = { aws: 'amazonaws.com', 'aws-us-gov': 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn' };
  const domain = domains[partition];
  if (domain !== undefined) return `https://lambda.${region}.${domain}`;
  throw new ContractError('BAD_USAGE', `The Lambda endpoint of the partition ${partition} is not known.`, 'Give it with --aws-url.');
}

/** A deployed function with nobody who sets states: it has the one that its owner has given it. */
function activeSubscriptionOnly(): SetProviderState {
  return async ({ state }) => {
    if (state === 'a subscription is active') return {};
    throw new ContractError(
      'UNKNOWN_STATE',
      `The state "${state}" cannot be set for a deployed function.`,
      'Give the server that sets states with --state-url, or choose interactions with --only.',
    );
  };
}
