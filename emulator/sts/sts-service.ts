// STS behind the AWS endpoint: GetCallerIdentity, which needs no permission and which no Deny can forbid.
import { fault } from '../aws/fault.ts';
import type { AwsCall, AwsService } from '../aws/service.ts';
import { callerIdentityOf, callerIdentityXml } from './caller-identity.ts';

const apiVersion = '2011-06-15';

export function createStsService(): AwsService {
  return {
    signingName: 'sts',
    async handle(call) {
      const parameters = readParameters(call);
      const action = parameters.get('Action');
      const version = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED';
      if (!action) return fault(400, 'MissingAction', 'Missing Action');
      if (version !== apiVersion) return fault(400, 'InvalidAction', `Could not find operation ${action} for version ${version}`);
      if (action !== 'GetCallerIdentity') {
        return fault(
          400,
          'InvalidAction',
          `Could not find operation ${action} for version ${version}: Airlock emulates GetCallerIdentity only.`,
        );
      }
      const identity = callerIdentityOf(call.principal);
      if (!identity) return fault(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
      return {
        status: 200,
        headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': call.requestId },
        body: callerIdentityXml(identity, call.requestId),
      };
    },
  };
}

/** The query API takes its parameters from the query of a GET and from the form of a POST. The first of a name counts. */
function readParameters(call: AwsCall): URLSearchParams {
  const parameters = new URLSearchParams(call.query.map(([name, value]): [string, string] => [name, value]));
  if (call.method !== 'POST' || !Buffer.isBuffer(call.body)) return parameters;
  for (const [name, value] of new URLSearchParams(call.body.toString('utf8'))) parameters.append(name, value);
  return parameters;
}
