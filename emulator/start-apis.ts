// Composition of the gateways: one listener an API, the first on the port that was asked for.
import { signatureFault } from './aws/signature-faults.ts';
import type { Clock } from './clock.ts';
import type { FunctionHost } from './functions/function-host.ts';
import { functionPolicies } from './functions/function-policy.ts';
import { createApiSignatureVerifier } from './gateway/create-api-signature-verifier.ts';
import { startGateway } from './gateway/start-gateway.ts';
import type { CredentialStore } from './iam/credential-store.ts';
import { evaluate } from './iam/evaluate.ts';
import type { Log } from './log.ts';
import { own } from './ownership.ts';
import type { RestApi } from './template/api-definition.ts';
import type { Deployment } from './template/deployment.ts';
import type { Tracer } from './trace/tracer.ts';

export interface ApiParts {
  readonly deployment: Deployment;
  readonly functions: FunctionHost;
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
  /** Closes the gateways. */
  readonly parts: AsyncDisposableStack;
}

/** URLs in the order of the templates, by logical id; where two templates use the same one, by `stack.logicalId`. @throws AirlockError PORT_IN_USE, BAD_TEMPLATE */
export async function startApis(options: ApiParts): Promise<Readonly<Record<string, string>>> {
  const urls: Record<string, string> = {};
  for (const [index, api] of options.deployment.restApis.entries()) {
    const gateway = await startGateway({
      api,
      accountId: api.accountId,
      region: options.region,
      invoker: options.functions,
      mayInvoke: mayInvokeFor(api, options.deployment),
      verifySignature: createApiSignatureVerifier({
        ...options,
        accountId: api.accountId,
        describeProblem: (problem) => signatureFault('execute-api', problem),
      }),
      host: options.host,
      port: index === 0 ? options.port : 0,
      clock: options.clock,
      log: options.log,
      tracer: options.tracer,
    });
    urls[nameOf(api, options.deployment.restApis)] = own(options.parts, gateway).url;
  }
  return urls;
}

function nameOf({ logicalId, stackName }: RestApi, all: readonly RestApi[]): string {
  return all.filter((api) => api.logicalId === logicalId).length > 1 ? `${stackName}.${logicalId}` : logicalId;
}

/** API Gateway invokes as a service: only the function's own policy counts. [D] */
function mayInvokeFor(api: RestApi, deployment: Deployment): (functionArn: string, sourceArn: string) => boolean {
  const policiesOf = functionPolicies(deployment.functionPermissions);
  return (functionArn, sourceArn) =>
    evaluate({
      principal: { kind: 'service', service: 'apigateway.amazonaws.com', sourceArn, sourceAccount: api.accountId },
      action: 'lambda:InvokeFunction',
      resourceArn: functionArn,
      resourceAccountId: functionArn.split(':')[4] ?? '',
      resourcePolicies: policiesOf(functionArn),
      context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': api.accountId },
    }).allowed;
}
