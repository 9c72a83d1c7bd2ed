// The inputs of a job, before its container starts: every object below a prefix, or those that a manifest names; and where their outputs go.
import type { S3Location } from '../platform-storage.ts';
import { storageReason, TransformFailure } from './input-failure.ts';
import { manifestBytesMax, parseManifest } from './manifest.ts';
import type { TransformDefinition, TransformStorage } from './transform-definition.ts';

export interface TransformInput extends S3Location {
  /** As it lies there; null where only a manifest names it. */
  readonly bytes: number | null;
  readonly output: S3Location;
}

/** Ours: their names are held in memory. */
const inputsMax = 1_000_000;

/** @throws TransformFailure */
export async function listInputs(
  { input, output }: Pick<TransformDefinition, 'input' | 'output'>,
  storage: TransformStorage,
  signal: AbortSignal,
): Promise<readonly TransformInput[]> {
  const found: TransformInput[] = [];
  const uri = `s3://${input.location.bucket}/${input.location.key}`;
  const add = (location: S3Location, prefix: string, bytes: number | null) => {
    // "Folders" as the S3 console makes them [mem: that AWS skips them].
    if (location.key.endsWith('/')) return;
    if (found.length === inputsMax) throw new TransformFailure(`ClientError: more than ${inputsMax} objects under "${uri}"`);
    found.push({ ...location, bytes, output: outputOf(location.key, prefix, output.location) });
  };
  try {
    if (input.kind === 'manifest') {
      const { bucket, prefix, keys } = parseManifest(await readManifest(input.location, storage, signal), input.location);
      for (const key of keys) add({ bucket, key }, prefix, null);
    } else {
      const { bucket, key: prefix } = input.location;
      for await (const { key, bytes } of storage.list(input.location, signal)) add({ bucket, key }, prefix, bytes);
    }
  } catch (error) {
    if (signal.aborted || error instanceof TransformFailure) throw error;
    throw new TransformFailure(`ClientError: "${uri}" could not be read: ${storageReason(error)}`, { cause: error });
  }
  // The first words are those of CreateTransformJob's ValidationException (amazon-sagemaker-examples#2414) [src-issue].
  if (found.length === 0) throw new TransformFailure(`ClientError: No S3 objects found under S3 URL "${uri}" given in input data source.`);
  return found;
}

/**
 * Below the output's prefix stands what of the key is below the input's, with .out behind it. A prefix may end within a name, or be a whole key:
 * the name stays whole then. Source: TransformOutput S3OutputPath, whose own example contradicts itself; the local part as seen in AWS's notebooks [mem].
 */
export function outputOf(key: string, inputPrefix: string, { bucket, key: outputPrefix }: S3Location): S3Location {
  const relative = key.slice(inputPrefix.lastIndexOf('/') + 1);
  const folder = outputPrefix === '' || outputPrefix.endsWith('/') ? outputPrefix : `${outputPrefix}/`;
  return { bucket, key: `${folder}${relative}.out` };
}

async function readManifest(location: S3Location, storage: TransformStorage, signal: AbortSignal): Promise<string> {
  const { body } = await storage.open(location, signal);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > manifestBytesMax)
      throw new TransformFailure(`ClientError: the manifest ${location.key} is larger than ${manifestBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
