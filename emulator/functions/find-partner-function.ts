// Which function --partner pact:FILE stands in for: the partner's, that the customer's templates invoke.
import { AirlockError } from '../errors.ts';
import { asList } from '../iam/policy-document.ts';
import type { Deployment, FunctionDefinition } from '../template/deployment.ts';

/** @throws AirlockError BAD_OPTION where there is none, or it is not clear which */
export function findPartnerFunction(deployment: Deployment, partnerAccountId: string): FunctionDefinition {
  const own = deployment.functions.filter(({ accountId }) => accountId === partnerAccountId);
  const invoked = own.length > 1 ? own.filter((definition) => isNamedByOthers(definition, deployment)) : own;
  const [definition, ...more] = invoked;
  if (definition !== undefined && more.length === 0) return definition;
  if (own.length === 0) {
    throw new AirlockError(
      'BAD_OPTION',
      `--partner pact: stands in for the partner's token function, and no template has a function in the partner's account ${partnerAccountId}.`,
      "Add the partner's template: its alias and its permission stay in force, only its code is not run.",
    );
  }
  const names = own.map(({ functionName }) => functionName).join(', ');
  const why = invoked.length === 0 ? "none of them is named in the customer's templates" : "several are named in the customer's templates";
  throw new AirlockError(
    'BAD_OPTION',
    `--partner pact: stands in for one function, and the partner has ${own.length} (${names}); ${why}.`,
    "Let a function's environment or a role of the customer name the alias that it invokes, of one function only.",
  );
}

/** By ARN, with or without an alias: in a function's environment, or in what a role may invoke. */
function isNamedByOthers({ arn, accountId }: FunctionDefinition, { functions, roles }: Deployment): boolean {
  const names = (text: string) => text === arn || text.startsWith(`${arn}:`);
  const others = functions.filter((one) => one.accountId !== accountId);
  if (others.some(({ environment }) => Object.values(environment).some(names))) return true;
  const statements = roles.filter((role) => role.accountId !== accountId).flatMap(({ policies }) => policies);
  return statements.some(({ document }) => asList(document.Statement).some(({ Resource }) => asList(Resource).some(names)));
}
