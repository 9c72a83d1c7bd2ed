// The inputs of `airlock transform`, before a container is started for them: that they are there, their media type, and that no output is one.
import { AirlockError } from '../errors.ts';
import { PlatformStorageError } from '../sagemaker/platform-storage.ts';
import { isOfFileSystem, PathRefused, storageReason, TransformFailure } from '../sagemaker/transform/input-failure.ts';
import { listObjects, outputOf } from '../sagemaker/transform/list-inputs.ts';
import type { TransformDefinition } from '../sagemaker/transform/transform-definition.ts';
import { type Places, unusable } from './transform-places.ts';

/** The media type of .csv, .jsonl and .json. */
const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  jsonl: 'application/jsonlines',
  json: 'application/json',
};

export type LookOptions = Pick<TransformDefinition['input'], 'kind' | 'contentType' | 'compression'> & { readonly signal: AbortSignal };

/**
 * Resolves to the media type: the given one, else that of the endings; null where no ending is known.
 * @throws AirlockError BAD_OPTION where nothing is there or can be read, or the endings do not agree; NOT_AVAILABLE where the endpoint does not answer
 */
export async function lookAtInput(places: Places, { kind, contentType, compression, signal }: LookOptions): Promise<string | null> {
  const { input, output, storage, names } = places;
  /** With the first file of each. */
  const types = new Map<string | null, string>();
  const inputNames = new Set<string>();
  const outputNames = new Set<string>();
  try {
    for await (const { bucket, key, prefix } of listObjects({ kind, location: input }, storage, signal)) {
      const [, ending = ''] = /\.([a-z]+)$/i.exec(compression === 'Gzip' ? key.replace(/\.gz$/i, '') : key) ?? [];
      const type = mediaTypes[ending.toLowerCase()] ?? null;
      if (!types.has(type)) types.set(type, key);
      inputNames.add(places.inputName({ bucket, key }));
      outputNames.add(places.outputName(outputOf(key, prefix, output)));
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw explained(error, names.input);
  }
  if (types.size === 0)
    throw new AirlockError('BAD_OPTION', `There is nothing in ${names.input} (--input).`, 'Name a file or a directory with files.');
  for (const name of outputNames) {
    if (inputNames.has(name))
      throw new AirlockError('BAD_OPTION', `${name} is an input, and the output of another.`, 'Name another directory (--output).');
  }
  const [type = null, ...others] = types.keys();
  if (contentType !== null) return contentType;
  if (others.length === 0) return type;
  throw new AirlockError(
    'BAD_OPTION',
    `The files in ${names.input} (--input) have different endings: ${[...types.values()].join(', ')}.`,
    'A job has one media type: name it with --content-type, or sort the files.',
  );
}

function explained(error: unknown, name: string): unknown {
  if (error instanceof PlatformStorageError) return unusable(error, name, '--input', 'cannot be read');
  if (error instanceof TransformFailure)
    return new AirlockError('BAD_OPTION', `${error.message.replace(/^ClientError: /, '')}.`, 'Mend it, or name another (--input).', {
      cause: error,
    });
  if (!isOfFileSystem(error) && !(error instanceof PathRefused)) return error;
  const where = isOfFileSystem(error) && error.path !== undefined ? ` (${error.path})` : '';
  return new AirlockError('BAD_OPTION', `${name} (--input) cannot be read: ${storageReason(error)}${where}.`, 'May you read all of it?', {
    cause: error,
  });
}
