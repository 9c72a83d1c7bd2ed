// The keys that AWS gives to every request. A misspelt one is never there: an Allow would hold never, and a Deny neither.
import { nearest } from '../did-you-mean.ts';

/** AWS "global condition context keys". */
const globalKeys = [
  ...['CalledVia', 'CalledViaFirst', 'CalledViaLast', 'CurrentTime', 'EpochTime', 'FederatedProvider', 'MultiFactorAuthAge'],
  ...['MultiFactorAuthPresent', 'PrincipalAccount', 'PrincipalArn', 'PrincipalIsAWSService', 'PrincipalOrgID', 'PrincipalOrgPaths'],
  ...['PrincipalServiceName', 'PrincipalServiceNamesList', 'PrincipalTag', 'PrincipalType', 'Referer', 'RequestTag', 'RequestedRegion'],
  ...['ResourceAccount', 'ResourceOrgID', 'ResourceOrgPaths', 'ResourceTag', 'SecureTransport', 'SourceAccount', 'SourceArn'],
  ...[
    'SourceIdentity',
    'SourceIp',
    'SourceOrgID',
    'SourceOrgPaths',
    'SourceVpc',
    'SourceVpcArn',
    'SourceVpce',
    'TagKeys',
    'TokenIssueTime',
  ],
  ...['UserAgent', 'VpcSourceIp', 'ViaAWSService', 'VpceAccount', 'VpceOrgID', 'VpceOrgPaths', 'userid', 'username', 'AssumedRoot'],
  ...['ChatbotSourceArn', 'Ec2InstanceSourceVpc', 'Ec2InstanceSourcePrivateIPv4', 'SignInSessionArn'],
].map((name) => `aws:${name}`);
const lowerCase = new Set(globalKeys.map((key) => key.toLowerCase()));

/** The key that is meant; null for one that is right, that is a service's own, or that is near to none. */
export function misspeltGlobalKey(key: string): string | null {
  const [name = ''] = key.split('/');
  if (!name.toLowerCase().startsWith('aws:') || lowerCase.has(name.toLowerCase())) return null;
  return nearest(name, globalKeys);
}
