// The inputs of a job, before its container starts: every object below a prefix, or those that a manifest names; and where their outputs go.
import { posix } from 'node:path';
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
  const name = nameIn(storage, input.location);
  const outputPaths = new Set<string>();
  try {
    for await (const { prefix, ...object } of listObjects(input, storage, signal)) {
      const to = outputOf(object.key, prefix, output.location);
      // Keys that differ may be one path: a.csv and ./a.csv.
      const path = posix.normalize(to.key);
      if (to.bucket === '' && outputPaths.has(path)) throw new TransformFailure(`ClientError: two inputs have the same output ${path}`);
      if (to.bucket === '') outputPaths.add(path);
      found.push({ ...object, output: to });
    }
  } catch (error) {
    if (signal.aborted || error instanceof TransformFailure) throw error;
    throw new TransformFailure(`ClientError: "${name}" could not be read: ${storageReason(error)}`, { cause: error });
  }
  if (found.length === 0 && input.location.bucket === '') throw new TransformFailure(`ClientError: there is no file in "${name}"`);
  // The first words are those of CreateTransformJob's ValidationException (amazon-sagemaker-examples#2414) [src-issue].
  if (found.length === 0) throw new TransformFailure(`ClientError: No S3 objects found under S3 URL "${name}" given in input data source.`);
  return found;
}

interface ListedObject extends S3Location {
  /** Null where only a manifest names it. */
  readonly bytes: number | null;
  /** What the keys of all of them begin with. */
  readonly prefix: string;
}

/** Throws what the storage does. @throws TransformFailure for a manifest that is wrong */
export async function* listObjects(
  { kind, location }: Pick<TransformDefinition['input'], 'kind' | 'location'>,
  storage: TransformStorage,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  let count = 0;
  for await (const object of kind === 'manifest' ? ofManifest(location, storage, signal) : ofPrefix(location, storage, signal)) {
    // "Folders" as the S3 console makes them [mem: that AWS skips them].
    if (object.key.endsWith('/')) continue;
    count += 1;
    if (count > inputsMax) throw new TransformFailure(`ClientError: more than ${inputsMax} objects under "${nameIn(storage, location)}"`);
    yield object;
  }
}

async function* ofManifest(location: S3Location, storage: TransformStorage, signal: AbortSignal): AsyncGenerator<ListedObject> {
  const { bucket, prefix, keys } = parseManifest(await readManifest(location, storage, signal), location);
  for (const key of keys) yield { bucket, key, bytes: null, prefix };
}

async function* ofPrefix(location: S3Location, storage: TransformStorage, signal: AbortSignal): AsyncGenerator<ListedObject> {
  const { bucket, key: prefix } = location;
  for await (const { key, bytes } of storage.list(location, signal)) yield { bucket, key, bytes, prefix };
}

/** For messages. */
export function nameIn(storage: TransformStorage, location: S3Location): string {
  return storage.nameOf?.(location) ?? `s3://${location.bucket}/${location.key}`;
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
