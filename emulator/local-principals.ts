// The people of the local world: who they are and what they may do. Their keys are made anew at every start.
import { accounts } from './config.ts';
import type { PolicyDocument } from './iam/policy-document.ts';
import type { Credentials, UserPrincipal } from './iam/principal.ts';
import type { Bucket, Deployment } from './template/deployment.ts';
import { uniqueId } from './unique-id.ts';

export const principalNames = ['customer-app', 'customer-admin', 'partner-admin', 'stranger'] as const;
export type PrincipalName = (typeof principalNames)[number];

/**
 * `customer-app` calls the API and reads results; the two admins and the stranger may do everything their own account allows,
 * so that what stops them elsewhere is the other account's policy.
 */
function localPrincipals(deployment: Deployment): Readonly<Record<PrincipalName, UserPrincipal>> {
  return {
    'customer-app': user('customer-app', accounts.customer, applicationPolicy(deployment)),
    'customer-admin': user('customer-admin', accounts.customer, administratorPolicy),
    'partner-admin': user('partner-admin', accounts.partner, administratorPolicy),
    stranger: user('stranger', accounts.stranger, administratorPolicy),
  };
}

/** New keys for each of them. */
export function issueCredentials(
  deployment: Deployment,
  issue: (principal: UserPrincipal) => Credentials,
): Readonly<Record<PrincipalName, Credentials>> {
  const issued = Object.entries(localPrincipals(deployment)).map(([name, principal]) => [name, issue(principal)]);
  return Object.fromEntries(issued) as Record<PrincipalName, Credentials>;
}

/** The bucket of the output ResultsBucketName, else the only bucket of the customer's account, else null. */
export function resultsBucketOf(deployment: Deployment): Bucket | null {
  const inAccount = deployment.buckets.filter((bucket) => bucket.accountId === accounts.customer);
  const named = deployment.stacks.map((stack) => stack.outputs.ResultsBucketName).find((name) => name !== undefined);
  return inAccount.find((bucket) => bucket.bucketName === named) ?? (inAccount.length === 1 ? (inAccount[0] ?? null) : null);
}

const administratorPolicy: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

function applicationPolicy(deployment: Deployment): PolicyDocument {
  const results = resultsBucketOf(deployment);
  const readResults: PolicyDocument['Statement'] = results
    ? [
        { Sid: 'ReadResults', Effect: 'Allow', Action: 's3:GetObject', Resource: `${results.arn}/results/*` },
        {
          Sid: 'ListResults',
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: results.arn,
          Condition: { StringLike: { 's3:prefix': 'results/*' } },
        },
        ...(results.encryptionKeyArn
          ? [{ Sid: 'DecryptResults', Effect: 'Allow' as const, Action: 'kms:Decrypt', Resource: results.encryptionKeyArn }]
          : []),
      ]
    : [];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'CallTheApi',
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: `arn:aws:execute-api:${deployment.region}:${accounts.customer}:*`,
      },
      ...readResults,
    ],
  };
}

function user(userName: PrincipalName, accountId: string, policy: PolicyDocument): UserPrincipal {
  const arn = `arn:aws:iam::${accountId}:user/${userName}`;
  return {
    kind: 'user',
    accountId,
    userName,
    arn,
    userId: uniqueId('AIDA', arn),
    policies: [{ name: userName, document: policy }],
    permissionsBoundary: null,
  };
}
