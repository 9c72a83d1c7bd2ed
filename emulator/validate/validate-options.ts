// What `airlock validate` was asked, every default filled in.

export const reportFormats = ['text', 'json', 'junit', 'sarif', 'html'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ValidateOptions {
  /** As the user named it. */
  readonly image: string;
  /** Directory of samples; null: none were given. */
  readonly samples: string | null;
  /** CreateModelPackage request as JSON, or a CloudFormation template; null: none was given. */
  readonly packageFile: string | null;
  /** Ids of checks; empty: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Until /ping answers 200; SageMaker's 8 minutes. */
  readonly startupTimeoutMs: number;
  /** Unpacked artifact for /opt/ml/model; null: what the image has there. */
  readonly modelDirectory: string | null;
  /** The .tar.gz for ModelDataUrl, to be looked at; null or absent: none was given. */
  readonly modelArchive?: string | null;
  /** Of the container, as the model package would set it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly relayImage: string;
  /** Of a listing that is priced per inference, as X-Amzn-Inference-Metering has to name it. */
  readonly meteringDimension?: string | null;
}
