// What single resources contribute. Several of them make one thing of the Deployment: a function, its versions and its aliases.

import type { PolicyDocument } from '../iam/policy-document.ts';
import type { RestApi, Stage } from './api-definition.ts';
import type {
  Bucket,
  EventInvokeConfig,
  FunctionAlias,
  FunctionDefinition,
  FunctionPermission,
  Key,
  NamedPolicy,
  NotEmulatedProperty,
  Resource,
  Role,
  SourceLocation,
} from './deployment.ts';
import type { EndpointConfig, ModelDefinition } from './sagemaker-definitions.ts';

export type Part =
  | { readonly kind: 'function'; readonly value: FunctionPart }
  | { readonly kind: 'functionVersion'; readonly value: FunctionVersionPart }
  | { readonly kind: 'functionAlias'; readonly value: FunctionAliasPart }
  | { readonly kind: 'functionPermission'; readonly value: FunctionPermission }
  | { readonly kind: 'eventInvokeConfig'; readonly value: EventInvokeConfig }
  | { readonly kind: 'role'; readonly value: RolePart }
  | { readonly kind: 'rolePolicy'; readonly value: RolePolicyPart }
  | { readonly kind: 'managedPolicy'; readonly value: ManagedPolicyPart }
  | { readonly kind: 'key'; readonly value: Omit<Key, 'aliases'> }
  | { readonly kind: 'keyAlias'; readonly value: KeyAliasPart }
  | { readonly kind: 'bucket'; readonly value: Omit<Bucket, 'policy'> }
  | { readonly kind: 'bucketPolicy'; readonly value: BucketPolicyPart }
  | { readonly kind: 'restApi'; readonly value: Omit<RestApi, 'stages'> }
  | { readonly kind: 'apiDeployment'; readonly value: ApiDeploymentPart }
  | { readonly kind: 'stage'; readonly value: StagePart }
  | { readonly kind: 'model'; readonly value: ModelDefinition }
  | { readonly kind: 'endpointConfig'; readonly value: EndpointConfig }
  | { readonly kind: 'endpoint'; readonly value: EndpointPart }
  | { readonly kind: 'notEmulated'; readonly value: Resource }
  | { readonly kind: 'notEmulatedProperty'; readonly value: NotEmulatedProperty };

export interface FunctionPart extends Omit<FunctionDefinition, 'versions' | 'aliases'> {
  readonly roleAt: SourceLocation;
}

interface FunctionVersionPart extends Resource {
  readonly functionArn: string;
  readonly version: string;
}

interface FunctionAliasPart extends Resource {
  readonly functionArn: string;
  readonly alias: FunctionAlias;
}

export interface RolePart extends Omit<Role, 'policies' | 'permissionsBoundary'> {
  readonly inlinePolicies: readonly NamedPolicy[];
  readonly managedPolicyArns: readonly { readonly arn: string; readonly at: SourceLocation }[];
  readonly boundaryArn: { readonly arn: string; readonly at: SourceLocation } | null;
}

/** AWS::IAM::Policy and AWS::IAM::RolePolicy. */
export interface RolePolicyPart extends Resource {
  readonly roleNames: readonly string[];
  readonly policy: NamedPolicy;
}

export interface ManagedPolicyPart extends RolePolicyPart {
  readonly arn: string;
}

interface KeyAliasPart extends Resource {
  readonly aliasName: string;
  /** Key id or key ARN. */
  readonly target: string;
}

interface BucketPolicyPart extends Resource {
  readonly bucketName: string;
  readonly document: PolicyDocument;
}

interface ApiDeploymentPart extends Resource {
  readonly apiId: string;
  readonly deploymentId: string;
}

interface StagePart extends Resource {
  readonly apiId: string;
  /** Null for the stage that a deployment makes itself. */
  readonly deployment: { readonly id: string; readonly at: SourceLocation } | null;
  readonly stage: Stage;
}

interface EndpointPart extends Resource {
  readonly endpointName: string;
  readonly arn: string;
  readonly configName: string;
}

type PartValue<K extends Part['kind']> = Extract<Part, { kind: K }>['value'];

export function valuesOf<K extends Part['kind']>(parts: readonly Part[], kind: K): readonly PartValue<K>[] {
  return parts.flatMap((part) => (part.kind === kind ? [part.value as PartValue<K>] : []));
}
