// What a function is given beside its own variables: the endpoint its SDK talks to and the credentials of its role.
import { assumeRole } from './assume-role.ts';
import { AirlockError } from './errors.ts';
import type { LocalEnvironment } from './functions/execution-environment.ts';
import type { CredentialStore } from './iam/credential-store.ts';
import type { RoleSessionPrincipal } from './iam/principal.ts';
import type { Deployment, FunctionDefinition } from './template/deployment.ts';

export interface EnvironmentParts {
  readonly definition: FunctionDefinition;
  readonly session: RoleSessionPrincipal | undefined;
  readonly awsUrl: string;
  readonly credentials: CredentialStore;
}

/** AWS_ENDPOINT_URL covers every service's client, so no call of a handler can reach real AWS. */
export function functionEnvironment({ definition, session, awsUrl, credentials }: EnvironmentParts): LocalEnvironment {
  if (!session) throw new Error(`No session was made for ${definition.arn}`);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue(session);
  const variables = {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    AWS_REGION: definition.arn.split(':')[3] ?? '',
  };
  return { variables, release: () => credentials.revoke(accessKeyId) };
}

/**
 * The session that Lambda assumes for a function: its name is the function's.
 * @throws AirlockError BAD_TEMPLATE where the role is missing or does not trust Lambda, as CreateFunction refuses it on AWS
 */
export function assumeExecutionRole(definition: FunctionDefinition, deployment: Deployment): RoleSessionPrincipal {
  const { file, line, column, path } = definition.location;
  const at = `${file}:${line}:${column}  ${path}`;
  const { arn, functionName, roleArn } = definition;
  const assumed = assumeRole({ roleArn, service: 'lambda.amazonaws.com', sourceArn: arn, sessionName: functionName }, deployment);
  switch (assumed.kind) {
    case 'assumed':
      return assumed.session;
    case 'noSuchRole':
      throw new AirlockError(
        'BAD_TEMPLATE',
        `${at}: the role ${roleArn} is in no template.`,
        'Declare it as AWS::IAM::Role and name it by !GetAtt <Role>.Arn.',
      );
    case 'notTrusted':
      throw new AirlockError(
        'BAD_TEMPLATE',
        `${at}: The role defined for the function cannot be assumed by Lambda.`,
        `Let ${assumed.role.logicalId}'s AssumeRolePolicyDocument allow sts:AssumeRole to the service lambda.amazonaws.com.`,
      );
  }
}
