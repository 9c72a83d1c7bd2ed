// --partner: the templates' own token function, or a stand-in from the partner's contract in its place.
import type { Clock } from '../clock.ts';
import { accounts } from '../config.ts';
import { findPartnerFunction } from '../functions/find-partner-function.ts';
import type { FunctionStandIn } from '../functions/pact-function.ts';
import type { KeyMaterial } from '../kms/key-material.ts';
import type { Log } from '../log.ts';
import type { Deployment } from '../template/deployment.ts';
import { contractStates } from './contract-states.ts';
import { standInTokenSigner } from './stand-in-token.ts';

export interface PartnerOptions {
  /** `template` or `pact:FILE`. */
  readonly partner: string;
  readonly deployment: Deployment;
  readonly activeStates: ReadonlySet<string>;
  readonly keyMaterial: KeyMaterial;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Partner {
  readonly standIn: FunctionStandIn | null;
  /** Of the contract's file; null without a stand-in. */
  readonly contractName: string | null;
  /** Provider states that the contract names; none without a stand-in. */
  readonly states: ReadonlySet<string>;
  /** One line for people. */
  readonly description: string;
}

/** @throws AirlockError BAD_OPTION for the file, or where it is not clear which function is the partner's */
export async function standInForPartner({ partner, deployment, activeStates, keyMaterial, clock, log }: PartnerOptions): Promise<Partner> {
  if (partner === 'template') return { standIn: null, contractName: null, states: new Set(), description: 'template' };
  // Here and not above: only who asks for a stand-in pays for loading it.
  const [{ describeStandIn, readPactOption }, { createPactFunction }] = await Promise.all([
    import('./read-pact-option.ts'),
    import('../functions/pact-function.ts'),
  ]);
  const contract = await readPactOption('--partner', partner);
  const { arn: functionArn, functionName } = findPartnerFunction(deployment, accounts.partner);
  const signToken = standInTokenSigner(deployment, keyMaterial, clock);
  return {
    standIn: createPactFunction({ functionArn, contract, activeStates, signToken, clock, log }),
    contractName: contract.name,
    states: contractStates(contract.pact),
    description: `${describeStandIn(contract)}, in place of ${functionName}`,
  };
}
