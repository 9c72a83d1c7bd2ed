// The partner's token function of a deployment, at the alias by which its subscriber knows it.
import { accounts } from './config.ts';
import type { Deployment } from './template/deployment.ts';

export interface PartnerAlias {
  /** Of the function, unqualified. */
  readonly arn: string;
  readonly alias: string;
  /** With the alias. */
  readonly aliasArn: string;
}

/** Null where no template has a function of the partner with an alias. */
export function partnerAliasOf({ functions }: Deployment): PartnerAlias | null {
  const definition = functions.find(({ accountId, aliases }) => accountId === accounts.partner && aliases.length > 0);
  const alias = definition?.aliases[0]?.name;
  return definition === undefined || alias === undefined ? null : { arn: definition.arn, alias, aliasArn: `${definition.arn}:${alias}` };
}
