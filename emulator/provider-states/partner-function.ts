// The partner's token function of a deployment, for the states that are about it.
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import { type PartnerAlias, partnerAliasOf } from '../partner-alias.ts';
import type { Deployment } from '../template/deployment.ts';

/** @throws ProviderStateRefused STATE_NOT_SET where the templates have none */
export function partnerFunctionOf(deployment: Deployment): PartnerAlias {
  const found = partnerAliasOf(deployment);
  if (found !== null) return found;
  throw new ProviderStateRefused('STATE_NOT_SET', 'The templates have no function of the partner with an alias for a subscriber.');
}

/** As an ARN stands in the path of an Invoke. */
export function functionArnValue(arn: string): { readonly functionArn: string } {
  return { functionArn: encodeURIComponent(arn) };
}
