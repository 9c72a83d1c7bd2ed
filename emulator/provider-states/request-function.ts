// The functions behind the customer's API: the one that takes requests, and the worker that it hands large ones to.
import { ProviderStateRefused } from '../control/provider-state-change.ts';
import type { Deployment, FunctionDefinition } from '../template/deployment.ts';

/** @throws ProviderStateRefused STATE_NOT_SET */
export function requestFunctionOf({ restApis, functions }: Deployment): FunctionDefinition {
  for (const { httpMethod, resourcePath, integration } of restApis[0]?.routes ?? []) {
    if (resourcePath !== '/request' || !['POST', 'ANY'].includes(httpMethod) || integration.type !== 'AWS_PROXY') continue;
    const found = functions.find(({ arn }) => integration.functionArn === arn || integration.functionArn.startsWith(`${arn}:`));
    if (found) return found;
  }
  throw new ProviderStateRefused('STATE_NOT_SET', 'The API has no POST /request with a function behind it.');
}

/** By the name or ARN that the request function has in its environment. @throws ProviderStateRefused STATE_NOT_SET */
export function workerFunctionOf(deployment: Deployment): FunctionDefinition {
  const named = requestFunctionOf(deployment).environment.WORKER_FUNCTION_NAME;
  const found = deployment.functions.find(({ functionName, arn }) => named === functionName || named === arn);
  if (found) return found;
  throw new ProviderStateRefused(
    'STATE_NOT_SET',
    'The function behind POST /request names no WORKER_FUNCTION_NAME that is in the templates.',
  );
}
