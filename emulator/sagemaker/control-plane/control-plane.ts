// SageMaker's control plane behind the AWS endpoint: JSON 1.1, the operation is in X-Amz-Target. It reads what the templates declare; nothing can
// be created or changed here.
import { type AwsFault, fault, isFault } from '../../aws/fault.ts';
import { readJsonInput } from '../../aws/json-input.ts';
import type { AwsAnswer, AwsCall } from '../../aws/service.ts';
import { systemClock } from '../../clock.ts';
import { accountOf } from '../../iam/principal.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { describeEndpointConfig } from './describe-endpoint-config.ts';
import { describeModel } from './describe-model.ts';
import { listEndpoints } from './list-endpoints.ts';
import type { ControlPlaneOptions, Operation } from './operation.ts';
import { readMembers } from './request-members.ts';

const operations: Readonly<Record<string, Operation>> = {
  DescribeEndpoint: describeEndpoint,
  DescribeEndpointConfig: describeEndpointConfig,
  DescribeModel: describeModel,
  ListEndpoints: listEndpoints,
};

/** Answers a call, or null for one that names no operation in X-Amz-Target, which is for SageMaker Runtime. */
export function createControlPlane({
  clock = systemClock,
  ...options
}: ControlPlaneOptions): (call: AwsCall) => AwsAnswer | AwsFault | null {
  const createdAt = clock.now() / 1_000;
  return (call) => {
    const target = call.headers.get('x-amz-target');
    if (!target?.startsWith('SageMaker.')) return null;
    const [, name] = /^SageMaker\.(\w{1,100})$/.exec(target) ?? [];
    if (name === undefined || call.method !== 'POST' || call.rawPath !== '/') {
      return fault(400, 'UnknownOperationException', 'No SageMaker operation has this method, path and X-Amz-Target.');
    }
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) return fault(501, 'NotImplemented', `SageMaker ${name} is not emulated by Airlock yet.`);
    const accountId = accountOf(call.principal);
    if (accountId === null) return fault(400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    const input = readJsonInput(call);
    if (isFault(input)) return input;
    const answer = operation({ ...options, call, members: readMembers(input), accountId, createdAt });
    if (isFault(answer)) return answer;
    return { status: 200, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) };
  };
}
