// A transform job as the control plane keeps and tells it: what was asked for, and how far it is. All of it survives JSON.
import type { TransformInstanceType } from './transform-instance-types.ts';

/** Source: botocore sagemaker/2017-07-24 service-2.json, shape TransformJobStatus. */
export const transformJobStatuses = ['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'] as const;
export type TransformJobStatus = (typeof transformJobStatuses)[number];

/** Source: the same, CreateTransformJobRequest: its members, checked, with the defaults filled in. Null was not given. */
export interface TransformJobRequest {
  readonly ModelName: string;
  readonly MaxConcurrentTransforms: number | null;
  readonly ModelClientConfig: { readonly InvocationsTimeoutInSeconds: number; readonly InvocationsMaxRetries: number };
  readonly MaxPayloadInMB: number | null;
  readonly BatchStrategy: 'MultiRecord' | 'SingleRecord' | null;
  readonly Environment: Readonly<Record<string, string>>;
  readonly TransformInput: {
    readonly DataSource: { readonly S3DataSource: { readonly S3DataType: 'ManifestFile' | 'S3Prefix'; readonly S3Uri: string } };
    readonly ContentType: string | null;
    readonly CompressionType: 'None' | 'Gzip';
    readonly SplitType: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  };
  readonly TransformOutput: {
    readonly S3OutputPath: string;
    readonly Accept: string | null;
    readonly AssembleWith: 'None' | 'Line';
    readonly KmsKeyId: string | null;
  };
  readonly DataCaptureConfig: Readonly<Record<string, unknown>> | null;
  readonly TransformResources: {
    readonly InstanceType: TransformInstanceType;
    readonly InstanceCount: number;
    readonly VolumeKmsKeyId: string | null;
    readonly TransformAmiVersion: string | null;
  };
  readonly DataProcessing: { readonly InputFilter: '$'; readonly OutputFilter: '$'; readonly JoinSource: 'None' };
  readonly ExperimentConfig: Readonly<Record<string, string>> | null;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

export interface TransformJob {
  readonly name: string;
  /** arn:aws:sagemaker:R:A:transform-job/<name in lower case> */
  readonly arn: string;
  readonly accountId: string;
  readonly modelArn: string;
  readonly request: TransformJobRequest;
  readonly status: TransformJobStatus;
  /** Of a Failed one, at most 1,024 characters. */
  readonly failureReason: string | null;
  /** Milliseconds since 1970, as the others. */
  readonly createdAt: number;
  /** Null while it waits for its turn. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly modifiedAt: number;
}

export function hasEnded({ status }: Pick<TransformJob, 'status'>): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}
