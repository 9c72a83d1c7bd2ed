// Before anything is accepted: whether SageMaker can act with the models' execution roles at all. On AWS a model with a role that it cannot
// assume is not made: "Could not assume role … Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' …" [I]
import { assumeRole } from '../assume-role.ts';
import type { RoleSessionPrincipal } from '../iam/principal.ts';
import type { Log } from '../log.ts';
import type { Deployment, Role } from '../template/deployment.ts';
import { createProblems } from '../template/problems.ts';

type Roles = Pick<Deployment, 'models' | 'endpoints' | 'roles'>;

const service = 'sagemaker.amazonaws.com';

/**
 * Warns of asynchronous endpoints whose model has no role, or one that no template declares.
 * @throws AirlockError BAD_TEMPLATE where a role of the templates does not trust SageMaker, with the place of each model
 */
export function checkPlatformRoles(deployment: Roles, log: Log): void {
  const problems = createProblems();
  // When AWS asks, and with what context, is not known: a condition alone is no error here.
  const withoutConditions = { ...deployment, roles: deployment.roles.map(unconditional) };
  for (const { executionRoleArn, location } of deployment.models) {
    if (executionRoleArn === null || assume(executionRoleArn, withoutConditions).kind !== 'notTrusted') continue;
    const hint = `Allow sts:AssumeRole to the principal ${service} in its AssumeRolePolicyDocument.`;
    problems.report(location, `the execution role ${executionRoleArn} does not trust ${service}: SageMaker cannot act with it`, hint);
  }
  problems.throwIfAny();
  for (const { endpointName, executionRoleArn, asyncInference } of deployment.endpoints) {
    if (asyncInference === null) continue;
    if (executionRoleArn !== null && assume(executionRoleArn, deployment).kind === 'assumed') continue;
    const isDeclared = deployment.roles.some(({ arn }) => arn === executionRoleArn);
    const reason =
      executionRoleArn === null
        ? 'its model has no ExecutionRoleArn'
        : isDeclared
          ? `the trust policy of ${executionRoleArn} has a condition that is not met here`
          : `no template declares the role ${executionRoleArn}`;
    log.warn({ endpointName, reason }, 'asynchronous requests of this endpoint wait until they expire: SageMaker has no role to act with');
  }
}

function unconditional(role: Role): Role {
  const statements = [role.trustPolicy.Statement].flat().map((statement) => ({ ...statement, Condition: {} }));
  return { ...role, trustPolicy: { ...role.trustPolicy, Statement: statements.filter(({ Effect }) => Effect === 'Allow') } };
}

/** Null where there is no such role, or it does not trust SageMaker. */
export function assumeModelRole(roleArn: string, deployment: Roles): RoleSessionPrincipal | null {
  const assumed = assume(roleArn, deployment);
  return assumed.kind === 'assumed' ? assumed.session : null;
}

/** The session name is what SageMaker's calls have in CloudTrail [M]. */
function assume(roleArn: string, deployment: Roles) {
  const sourceArn = deployment.models.find((model) => model.executionRoleArn === roleArn)?.arn ?? roleArn;
  return assumeRole({ roleArn, service, sourceArn, sessionName: 'SageMaker' }, deployment);
}
