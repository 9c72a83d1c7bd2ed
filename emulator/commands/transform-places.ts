// --input and --output of `airlock transform`: a file, a directory or s3:// -> where that is, and the storage that reads and writes there.
import { constants } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { AirlockError } from '../errors.ts';
import { isAwsHost } from '../option-values.ts';
import { createPlatformStorage, PlatformStorageError, type S3Location } from '../sagemaker/platform-storage.ts';
import { createDirectoryStorage, createFileStorage } from '../sagemaker/transform/directory-storage.ts';
import { nameIn, outputOf } from '../sagemaker/transform/list-inputs.ts';
import { parseS3Uri } from '../sagemaker/transform/s3-location.ts';
import type { TransformStorage } from '../sagemaker/transform/transform-definition.ts';
import { openCredentials } from './contract/aws-credentials.ts';

export interface Places extends Disposable {
  readonly input: S3Location;
  readonly output: S3Location;
  /** Reads from the input's place, writes to the output's. */
  readonly storage: TransformStorage;
  /** As given, for messages. */
  readonly names: { readonly input: string; readonly output: string };
  /** The whole path or URI of an input. */
  inputName(location: S3Location): string;
  /** The same of an output: equal where both are one file. */
  outputName(location: S3Location): string;
}

export interface PlacesOptions {
  readonly input: string;
  readonly output: string;
  readonly isManifest: boolean;
  readonly awsUrl: string;
  readonly region: string;
  readonly credentialsFile: string | null;
  readonly signal: AbortSignal;
}

interface Place {
  readonly location: S3Location;
  readonly storage: TransformStorage;
}

/** Both are looked at before a container is started for them. @throws AirlockError BAD_OPTION; NOT_AVAILABLE where the endpoint does not answer */
export async function openPlaces(options: PlacesOptions): Promise<Places> {
  const isInS3 = (place: string) => place.startsWith('s3:');
  const s3 = [options.input, options.output].some(isInS3) ? await openS3(options) : null;
  try {
    const input = s3 !== null && isInS3(options.input) ? inS3(options.input, '--input', s3) : await localInput(options);
    const output = s3 !== null && isInS3(options.output) ? inS3(options.output, '--output', s3) : await localOutput(options);
    if (s3 !== null && isInS3(options.output)) {
      if (isInS3(options.input) && !options.isManifest) checkApart(input.location, output.location, options);
      await lookAtBucket(output, options);
    }
    const { remove } = output.storage;
    return {
      ...{ input: input.location, output: output.location, names: { input: options.input, output: options.output } },
      storage: {
        list: (prefix, signal) => input.storage.list(prefix, signal),
        open: (location, signal) => input.storage.open(location, signal),
        put: (location, object, signal) => output.storage.put(location, object, signal),
        ...(remove !== undefined && { remove }),
        ...(input.storage.nameOf !== undefined && { nameOf: input.storage.nameOf }),
      },
      inputName: (location) => nameIn(input.storage, location),
      outputName: (location) => nameIn(output.storage, location),
      [Symbol.dispose]: () => s3?.close(),
    };
  } catch (error) {
    s3?.close();
    throw error;
  }
}

async function openS3({ awsUrl, region, credentialsFile }: PlacesOptions) {
  const url = URL.canParse(awsUrl) ? new URL(awsUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw new AirlockError('BAD_OPTION', `--aws-url is "${awsUrl}".`, 'Write it as http://HOST:PORT.');
  if (isAwsHost(url.hostname))
    throw new AirlockError(
      'BAD_OPTION',
      `--aws-url ${awsUrl} is AWS itself.`,
      'Airlock never calls AWS: name the endpoint of a running Airlock.',
    );
  // Never those of the environment: they may be real.
  const credentials = (await openCredentials(credentialsFile ?? '.airlock/credentials', 'customer-admin', {})).credentialsOf(null);
  return createPlatformStorage({ endpointUrl: url.origin, region, credentials });
}

function inS3(uri: string, flag: string, storage: TransformStorage): Place {
  const location = parseS3Uri(uri);
  if (location === null) throw new AirlockError('BAD_OPTION', `${flag} is "${uri}".`, 'Write it as s3://BUCKET/PREFIX.');
  return { location, storage };
}

/** As a prefix stands for all keys that begin so, it need not end where a folder does. */
function checkApart(input: S3Location, output: S3Location, given: Pick<PlacesOptions, 'input' | 'output'>): void {
  const { bucket, key } = outputOf(input.key, input.key, output);
  if (bucket === input.bucket && key.startsWith(input.key)) throw isInside(given, 'a prefix');
}

/** Whether it answers, and has the bucket. Who may not list may put. */
async function lookAtBucket({ location, storage }: Place, { output, signal }: PlacesOptions): Promise<void> {
  try {
    for await (const _ of storage.list(location, signal)) return;
  } catch (error) {
    if (!(error instanceof PlatformStorageError) || signal.aborted) throw error;
    if (error.code === 'AccessDenied') return;
    throw unusable(error, output, '--output', 'cannot be used');
  }
}

async function localInput({ input, isManifest }: PlacesOptions): Promise<Place> {
  const hint = 'Name a file, a directory or s3://BUCKET/PREFIX.';
  const found = await stat(input).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'is not there' : `cannot be read: ${error.message}`;
    throw new AirlockError('BAD_OPTION', `${input} (--input) ${why}.`, hint, { cause: error });
  });
  if (isManifest && !found.isFile())
    throw new AirlockError('BAD_OPTION', `${input} (--input) is no manifest.`, 'With --manifest name its file.');
  if (!found.isFile() && !found.isDirectory())
    throw new AirlockError('BAD_OPTION', `${input} (--input) is neither a file nor a directory.`, hint);
  if (found.isDirectory()) return { location: { bucket: '', key: '' }, storage: createDirectoryStorage(await realpath(input)) };
  return { location: { bucket: '', key: basename(resolve(input)) }, storage: await createFileStorage(input) };
}

async function localOutput({ input, output }: PlacesOptions): Promise<Place> {
  const unusableDirectory = (error: unknown) =>
    new AirlockError(
      'BAD_OPTION',
      `${output} (--output) cannot be used: ${(error as Error).message}.`,
      'Name a directory that you may write to.',
      {
        cause: error,
      },
    );
  const { path, existing } = await placeOf(output).catch((error: unknown) => {
    throw unusableDirectory(error);
  });
  if (!(await stat(existing)).isDirectory())
    throw new AirlockError(
      'BAD_OPTION',
      existing === path ? `${output} (--output) is no directory.` : `${output} (--output) cannot be made: ${existing} is no directory.`,
      'Name a directory, or one that is not there yet.',
    );
  const isOfDirectory = !input.startsWith('s3:') && (await stat(input)).isDirectory();
  if (isOfDirectory && (isBelow(path, await realpath(input)) || isBelow(resolve(output), resolve(input))))
    throw isInside({ input, output }, 'a directory');
  await access(existing, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw unusableDirectory(error);
  });
  return { location: { bucket: '', key: '' }, storage: createDirectoryStorage(path) };
}

/** Behind all symbolic links, with what of it exists already. */
async function placeOf(path: string): Promise<{ readonly path: string; readonly existing: string }> {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      const existing = await realpath(at);
      return { path: join(existing, ...missing), existing };
    } catch (error) {
      // A link to nothing is there, too.
      const isMissing =
        (error as NodeJS.ErrnoException).code === 'ENOENT' &&
        !(await lstat(at).then(
          () => true,
          () => false,
        ));
      if (!isMissing) throw error;
    }
    missing.unshift(basename(at));
  }
}

function isInside({ input, output }: Pick<PlacesOptions, 'input' | 'output'>, what: string): AirlockError {
  return new AirlockError(
    'BAD_OPTION',
    `${output} (--output) is inside ${input} (--input).`,
    `The next run would take the outputs for inputs: name ${what} beside it.`,
  );
}

function isBelow(path: string, directory: string): boolean {
  return `${path}${sep}`.startsWith(`${directory.replace(/[/\\]+$/, '')}${sep}`);
}

/** What S3 or the file system said of a place, for whoever named it. */
export function unusable(error: PlatformStorageError, name: string, flag: string, cannot: string): AirlockError {
  if (error.status !== null)
    return new AirlockError('BAD_OPTION', `${name} (${flag}) ${cannot}: ${error.code}.`, 'Is it there, in this Airlock?', { cause: error });
  return new AirlockError(
    'NOT_AVAILABLE',
    `No Airlock answers for ${name}: ${error.code}.`,
    'Start one (airlock up), or name it: --aws-url URL.',
    { cause: error },
  );
}
