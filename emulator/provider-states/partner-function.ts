// The partner's token function of a deployment, as its subscriber knows it.
import { accounts } from '../config.ts';
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import type { Deployment } from '../template/deployment.ts';

export interface PartnerFunction {
  /** Unqualified. */
  readonly arn: string;
  readonly alias: string;
  /** With the alias. */
  readonly aliasArn: string;
}

/** @throws ProviderStateRefused STATE_NOT_SET where the templates have none */
export function partnerFunctionOf({ functions }: Deployment): PartnerFunction {
  const definition = functions.find(({ accountId, aliases }) => accountId === accounts.partner && aliases.length > 0);
  const alias = definition?.aliases[0]?.name;
  if (definition === undefined || alias === undefined)
    throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no function of the partner with an alias for a subscriber.');
  return { arn: definition.arn, alias, aliasArn: `${definition.arn}:${alias}` };
}

/** As an ARN stands in the path of an Invoke. */
export function functionArnValue(arn: string): { readonly functionArn: string } {
  return { functionArn: encodeURIComponent(arn) };
}
