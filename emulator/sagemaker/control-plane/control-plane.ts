// SageMaker's control plane behind the AWS endpoint: JSON 1.1, the operation is in X-Amz-Target. It reads what the templates declare, which
// cannot be changed here, and runs transform jobs.
import { type AwsFault, fault, isFault } from '../../aws/fault.ts';
import { readJsonInput } from '../../aws/json-input.ts';
import type { AwsAnswer, AwsCall } from '../../aws/service.ts';
import { systemClock } from '../../clock.ts';
import { accountOf } from '../../iam/principal.ts';
import type { TransformService } from '../transform/transform-service.ts';
import { createTransformJob } from './create-transform-job.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { describeEndpointConfig } from './describe-endpoint-config.ts';
import { describeModel } from './describe-model.ts';
import { describeTransformJob } from './describe-transform-job.ts';
import { listEndpoints } from './list-endpoints.ts';
import { listTransformJobs } from './list-transform-jobs.ts';
import type { ControlPlaneOptions, Operation, OperationContext, TransformOperation } from './operation.ts';
import { readMembers } from './request-members.ts';
import { stopTransformJob } from './stop-transform-job.ts';

const operations: Readonly<Record<string, Operation>> = {
  DescribeEndpoint: describeEndpoint,
  DescribeEndpointConfig: describeEndpointConfig,
  DescribeModel: describeModel,
  ListEndpoints: listEndpoints,
};

const transformOperations: Readonly<Record<string, TransformOperation>> = {
  CreateTransformJob: createTransformJob,
  DescribeTransformJob: describeTransformJob,
  ListTransformJobs: listTransformJobs,
  StopTransformJob: stopTransformJob,
};

/** Answers a call, or null for one that names no operation in X-Amz-Target, which is for SageMaker Runtime. */
export function createControlPlane({
  clock = systemClock,
  ...options
}: ControlPlaneOptions): (call: AwsCall) => Promise<AwsAnswer | AwsFault> | null {
  const createdAt = clock.now() / 1_000;
  return (call) => {
    const target = call.headers.get('x-amz-target');
    return target?.startsWith('SageMaker.') ? answer({ ...options, call, createdAt }, target) : null;
  };
}

type Asked = Omit<OperationContext, 'members' | 'accountId'> & Pick<ControlPlaneOptions, 'transform'>;

async function answer({ transform, ...asked }: Asked, target: string): Promise<AwsAnswer | AwsFault> {
  const { call } = asked;
  const [, name] = /^SageMaker\.(\w{1,100})$/.exec(target) ?? [];
  if (name === undefined || call.method !== 'POST' || call.rawPath !== '/') {
    return fault(400, 'UnknownOperationException', 'No SageMaker operation has this method, path and X-Amz-Target.');
  }
  const operation = operationNamed(name, transform);
  if (!operation) return fault(501, 'NotImplemented', `SageMaker ${name} is not emulated by Airlock yet.`);
  const accountId = accountOf(call.principal);
  if (accountId === null) return fault(400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  const input = readJsonInput(call);
  if (isFault(input)) return input;
  const result = await operation({ ...asked, members: readMembers(input), accountId });
  if (isFault(result)) return result;
  return { status: 200, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body: JSON.stringify(result) };
}

function operationNamed(name: string, transform: TransformService | undefined) {
  if (Object.hasOwn(operations, name)) return operations[name];
  const ofTransform = Object.hasOwn(transformOperations, name) ? transformOperations[name] : undefined;
  return transform && ofTransform && ((context: OperationContext) => ofTransform({ ...context, transform }));
}
