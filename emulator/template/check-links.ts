// After all templates: functions and roles that are named by ARN must exist, or every call to them would fail at run time.

import { didYouMean } from '../did-you-mean.ts';
import type { Deployment, SourceLocation } from './deployment.ts';
import type { Problems } from './problems.ts';

export function checkLinks(deployment: Deployment, problems: Problems): void {
  const functionArns = deployment.functions.flatMap((definition) => [
    definition.arn,
    ...['$LATEST', ...definition.versions, ...definition.aliases.map((alias) => alias.name)].map((name) => `${definition.arn}:${name}`),
  ]);
  const roleArns = deployment.roles.map((role) => role.arn);

  for (const permission of deployment.functionPermissions) need(permission.functionArn, functionArns, 'function', permission.location);
  for (const { functionArn, qualifier, onSuccess, onFailure, places, location } of deployment.eventInvokeConfigs) {
    const isThere = functionArns.includes(functionArn);
    if (isThere) need(`${functionArn}:${qualifier}`, functionArns, 'function', places.qualifier);
    else need(functionArn, functionArns, 'function', places.functionName);
    if (isFunction(onSuccess)) need(onSuccess, functionArns, 'function', places.onSuccess ?? location);
    if (isFunction(onFailure)) need(onFailure, functionArns, 'function', places.onFailure ?? location);
  }
  for (const api of deployment.restApis) {
    for (const { functionArn, credentialsRoleArn, location } of api.authorizers) {
      need(functionArn, functionArns, 'function', location);
      if (credentialsRoleArn !== null) need(credentialsRoleArn, roleArns, 'role', location);
    }
    for (const { integration, location } of api.routes) {
      if (integration.type !== 'AWS_PROXY') continue;
      need(integration.functionArn, functionArns, 'function', location);
      if (integration.credentialsRoleArn !== null) need(integration.credentialsRoleArn, roleArns, 'role', location);
    }
  }

  function need(arn: string, known: readonly string[], what: string, at: SourceLocation): void {
    if (known.includes(arn)) return;
    const hint = didYouMean(arn, known).trim() || `Declare the ${what}, or give the template that does.`;
    problems.report(at, `no template declares the ${what} ${arn}`, hint);
  }
}

function isFunction(destination: string | null): destination is string {
  return destination?.split(':')[2] === 'lambda';
}
