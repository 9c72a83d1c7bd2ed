// What a template says of SageMaker: endpoints, their configurations, their models.
import type { Resource } from './deployment.ts';

/** A SageMaker endpoint with its (single) production variant and model. */
export interface Endpoint extends Resource {
  readonly endpointName: string;
  /** arn:aws:sagemaker:R:A:endpoint/<name in lower case> */
  readonly arn: string;
  readonly configName: string;
  readonly variantName: string;
  readonly modelName: string;
  /** Image or model package ARN the model names, for the status page. */
  readonly image: string | null;
  readonly modelPackageArn: string | null;
  readonly networkIsolation: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** ContainerStartupHealthCheckTimeoutInSeconds, when given. */
  readonly startupTimeoutSeconds: number | null;
  /** Of the model: what SageMaker itself acts with, outside the container. */
  readonly executionRoleArn: string | null;
  /** Not null: the endpoint takes asynchronous calls, and no others. */
  readonly asyncInference: AsyncInference | null;
}

/** AsyncInferenceConfig of an endpoint configuration. */
export interface AsyncInference {
  /** s3://bucket/prefix, as all paths here. */
  readonly outputPath: string;
  readonly failurePath: string | null;
  /** Id or ARN of the key that outputs are encrypted with. */
  readonly kmsKeyId: string | null;
  /** Told by DescribeEndpointConfig, and no more. */
  readonly notification: {
    readonly successTopic: string | null;
    readonly errorTopic: string | null;
    readonly includeInferenceResponseIn: readonly string[];
  } | null;
  readonly maxConcurrentInvocations: number | null;
}

/** A SageMaker endpoint configuration with its (single) production variant. */
export interface EndpointConfig extends Resource {
  readonly configName: string;
  /** arn:aws:sagemaker:R:A:endpoint-config/<name in lower case> */
  readonly arn: string;
  readonly variantName: string;
  readonly modelName: string;
  /** Null for a serverless variant. */
  readonly instanceType: string | null;
  readonly initialInstanceCount: number | null;
  readonly initialVariantWeight: number | null;
  readonly startupTimeoutSeconds: number | null;
  readonly asyncInference: AsyncInference | null;
}

/** A SageMaker model with its (single) container. */
export interface ModelDefinition extends Resource {
  readonly modelName: string;
  /** arn:aws:sagemaker:R:A:model/<name in lower case> */
  readonly arn: string;
  readonly executionRoleArn: string | null;
  readonly image: string | null;
  readonly modelPackageArn: string | null;
  readonly modelDataUrl: string | null;
  readonly networkIsolation: boolean;
  readonly environment: Readonly<Record<string, string>>;
}
