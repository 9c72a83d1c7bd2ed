// Which subscriber is calling. Lambda let the call in by the policy of one alias, and its name is the end of invokedFunctionArn.

/** What this function knows of itself. */
export interface Self {
  readonly accountId: string;
  readonly region: string;
  readonly functionName: string;
}

/** An opaque id with a letter in front: neither `$LATEST`, nor a version's number, nor an account's, can look like it. */
const aliasPattern = /^s-[a-z0-9]{12,32}$/;

/** The alias id, or null where the ARN is not, field by field, that of this very function at a subscriber's alias. */
export function callerAlias(invokedFunctionArn: string, self: Self): string | null {
  const [arn, partition, service, region, accountId, resource, functionName, qualifier, ...rest] = invokedFunctionArn.split(':');
  if (arn !== 'arn' || !/^aws(?:-[a-z]+)*$/.test(partition ?? '') || service !== 'lambda' || resource !== 'function') return null;
  if (region !== self.region || accountId !== self.accountId || functionName !== self.functionName) return null;
  if (qualifier === undefined || rest.length > 0 || !aliasPattern.test(qualifier)) return null;
  return qualifier;
}
