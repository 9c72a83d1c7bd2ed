// What was read back from disk -> a transform job, or nothing where the file is not one of ours.
import { parseS3Uri } from './s3-location.ts';
import { type TransformJob, transformJobStatuses } from './transform-job.ts';

/** Looks at what the registry itself relies on; the request's members were checked before they were written. */
export function parseTransformJob(value: unknown): TransformJob | null {
  if (!isRecord(value)) return null;
  const { name, arn, accountId, modelArn, status, failureReason, createdAt, startedAt, endedAt, modifiedAt, request } = value;
  const isWhole =
    [name, arn, accountId, modelArn].every((each) => typeof each === 'string') &&
    transformJobStatuses.some((each) => each === status) &&
    (failureReason === null || typeof failureReason === 'string') &&
    [createdAt, modifiedAt].every((each) => typeof each === 'number') &&
    [startedAt, endedAt].every((each) => each === null || typeof each === 'number') &&
    isRequest(request);
  return isWhole ? (value as unknown as TransformJob) : null;
}

function isRequest(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { TransformInput: input, TransformOutput: output, ModelClientConfig: client, Environment: environment } = value;
  if (![input, output, client, environment].every(isRecord)) return false;
  const source = isRecord(input) && isRecord(input.DataSource) ? input.DataSource.S3DataSource : null;
  return isRecord(source) && isS3Uri(source.S3Uri) && isRecord(output) && isS3Uri(output.S3OutputPath);
}

function isS3Uri(value: unknown): boolean {
  return typeof value === 'string' && parseS3Uri(value) !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
