// The table of the resource types that the emulator makes real.
import { deployment, restApi, stage } from './apigateway.ts';
import { iamManagedPolicy, iamPolicy, iamRole, iamRolePolicy } from './iam.ts';
import { kmsAlias, kmsKey } from './kms.ts';
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaAlias, lambdaPermission, lambdaVersion } from './lambda-publication.ts';
import type { ResourceType } from './resource-type.ts';
import { s3Bucket, s3BucketPolicy } from './s3.ts';
import { sagemakerEndpoint, sagemakerEndpointConfig, sagemakerModel } from './sagemaker.ts';

const types: readonly ResourceType[] = [
  ...[lambdaFunction, lambdaVersion, lambdaAlias, lambdaPermission, lambdaEventInvokeConfig],
  ...[iamRole, iamPolicy, iamRolePolicy, iamManagedPolicy],
  ...[kmsKey, kmsAlias, s3Bucket, s3BucketPolicy],
  ...[restApi, deployment, stage],
  ...[sagemakerModel, sagemakerEndpointConfig, sagemakerEndpoint],
];

export const emulatedTypes: ReadonlyMap<string, ResourceType> = new Map(types.map((type) => [type.type, type]));
