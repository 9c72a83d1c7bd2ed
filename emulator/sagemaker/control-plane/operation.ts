// What every Describe operation does first: read the name, ask whether it may be described, find it. A stranger learns nothing of what exists.
import { type AwsFault, fault } from '../../aws/fault.ts';
import type { AwsCall } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Model } from '../../model/model.ts';
import type { Endpoint, EndpointConfig, ModelDefinition } from '../../template/sagemaker-definitions.ts';
import type { TransformService } from '../transform/transform-service.ts';
import type { RequestMembers } from './request-members.ts';

export interface ControlPlaneOptions {
  readonly endpoints: readonly Endpoint[];
  readonly endpointConfigs: readonly EndpointConfig[];
  readonly models: readonly ModelDefinition[];
  /** Undefined: nothing runs for this endpoint yet. */
  readonly modelFor: (endpointName: string) => Model | undefined;
  /** Absent: the operations on transform jobs are not there. */
  readonly transform?: TransformService;
  readonly region: string;
  /** The system's otherwise. */
  readonly clock?: Clock;
}

export interface OperationContext extends Omit<ControlPlaneOptions, 'clock' | 'transform'> {
  readonly call: AwsCall;
  readonly members: RequestMembers;
  /** The caller's: the API takes names only, so what another account has cannot be reached. */
  readonly accountId: string;
  /** Seconds since 1970, as JSON 1.1 carries time; all that the templates declare was created then. */
  readonly createdAt: number;
}

/** Members of the answer, or the fault. */
export type OperationAnswer = Readonly<Record<string, unknown>> | AwsFault;
export type Operation = (context: OperationContext) => OperationAnswer;

export interface TransformContext extends OperationContext {
  readonly transform: TransformService;
}
export type TransformOperation = (context: TransformContext) => OperationAnswer | Promise<OperationAnswer>;

/** Source: botocore sagemaker/2017-07-24 service-2.json, shapes EndpointName and EndpointConfigName, ModelName. */
const patterns = {
  endpoint: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
  'endpoint-config': '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
  model: '[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?',
} as const;
/** Same source. */
const nameLengthMax = 63;

const spoken = { endpoint: 'endpoint', 'endpoint-config': 'endpoint configuration', model: 'model' } as const;

interface Wanted<T> {
  /** As in its ARN. */
  readonly kind: keyof typeof patterns;
  /** The request member that names it. */
  readonly member: string;
  readonly action: string;
  readonly among: readonly T[];
}

/** ValidationException, AccessDeniedException, or what the caller named. */
export function openNamed<T extends { readonly arn: string }>(context: OperationContext, wanted: Wanted<T>): T | AwsFault {
  const { call, members, region, accountId } = context;
  const { kind, member, action, among } = wanted;
  const name = members.requiredText(member, { lengthMax: nameLengthMax, pattern: patterns[kind] });
  const malformed = members.fault();
  if (malformed) return malformed;
  // IAM and the message both have the name in lower case [M], so names that differ in case only are one.
  const arn = `arn:aws:sagemaker:${region}:${accountId}:${kind}/${name.toLowerCase()}`;
  const denied = call.authorize({ action, resourceArn: arn, resourceAccountId: accountId, resourcePolicies: [] });
  if (denied) return denied;
  return among.find((each) => each.arn === arn) ?? fault(400, 'ValidationException', `Could not find ${spoken[kind]} "${arn}".`); // [M]
}
