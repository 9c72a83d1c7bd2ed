// Where the output of an asynchronous request goes, and where its failure: known when it is accepted.
import { randomUUID } from 'node:crypto';
import type { AsyncInference } from '../../template/sagemaker-definitions.ts';
import type { S3Location } from '../platform-storage.ts';

export interface OutputNames {
  readonly inferenceId: string;
  readonly filename: string | null;
  /** S3OutputPathExtension. */
  readonly pathExtension: string | null;
}

/**
 * The name is the request's Filename, else made from the inference id; the extension is a part of the output's path only (API reference).
 * `.out` [M]. `-error.out` directly below S3FailurePath: seen in a script of 2025 [I, one report]. A second request with the same id or
 * the same name replaces the first one's object.
 */
export function outputLocations(
  { outputPath, failurePath }: Pick<AsyncInference, 'outputPath' | 'failurePath'>,
  { inferenceId, filename, pathExtension }: OutputNames,
): { readonly output: S3Location; readonly failure: S3Location | null } {
  // An id may hold blanks and slashes, which are no part of a name. [own]
  const stem = /^[\w.!*'()-]+$/.test(inferenceId) ? inferenceId : randomUUID();
  return {
    output: below(outputPath, [pathExtension ?? '', filename ?? `${stem}.out`]),
    failure: failurePath === null ? null : below(failurePath, [`${stem}-error.out`]),
  };
}

export function s3Uri({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}

function below(path: string, names: readonly string[]): S3Location {
  const [bucket = '', ...prefix] = path.slice('s3://'.length).split('/');
  const parts = [prefix.join('/'), ...names].map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return { bucket, key: parts.join('/') };
}
