// --input and --output of `airlock transform`: a file, a directory or s3:// -> where that is, and the storage that reads and writes there.
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { AirlockError } from '../errors.ts';
import { isAwsHost } from '../option-values.ts';
import { createPlatformStorage, PlatformStorageError, type S3Location } from '../sagemaker/platform-storage.ts';
import { createDirectoryStorage } from '../sagemaker/transform/directory-storage.ts';
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
}

export interface PlacesOptions {
  readonly input: string;
  readonly output: string;
  readonly isManifest: boolean;
  readonly awsUrl: string;
  readonly region: string;
  readonly credentialsFile: string | null;
}

interface Place {
  readonly location: S3Location;
  readonly storage: TransformStorage;
}

/** @throws AirlockError BAD_OPTION */
export async function openPlaces(options: PlacesOptions): Promise<Places> {
  const s3 = [options.input, options.output].some((each) => each.startsWith('s3:')) ? await openS3(options) : null;
  try {
    const input = s3 !== null && options.input.startsWith('s3:') ? inS3(options.input, '--input', s3) : await localInput(options);
    const output = s3 !== null && options.output.startsWith('s3:') ? inS3(options.output, '--output', s3) : await localOutput(options);
    return {
      ...{ input: input.location, output: output.location, names: { input: options.input, output: options.output } },
      storage: {
        list: (prefix, signal) => input.storage.list(prefix, signal),
        open: (location, signal) => input.storage.open(location, signal),
        put: (location, object, signal) => output.storage.put(location, object, signal),
      },
      [Symbol.dispose]: () => s3?.close(),
    };
  } catch (error) {
    s3?.close();
    throw error;
  }
}

/** The media type of .csv, .jsonl and .json. */
const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  jsonl: 'application/jsonlines',
  json: 'application/json',
};

/**
 * Looks at what there is, before a container is started for it. Resolves to the media type of the endings; null where no ending is known.
 * @throws AirlockError BAD_OPTION where nothing is there, or the endings do not agree; NOT_AVAILABLE where the endpoint does not answer
 */
export async function lookAtInput({ input, storage, names }: Places, isGzip: boolean, signal: AbortSignal): Promise<string | null> {
  const types = new Set<string | null>();
  try {
    for await (const { key } of storage.list(input, signal)) {
      const [, ending = ''] = /\.([a-z]+)$/i.exec(isGzip ? key.replace(/\.gz$/i, '') : key) ?? [];
      types.add(mediaTypes[ending.toLowerCase()] ?? null);
    }
  } catch (error) {
    if (!(error instanceof PlatformStorageError)) throw error;
    if (error.status !== null)
      throw new AirlockError('BAD_OPTION', `${names.input} (--input) cannot be read: ${error.code}.`, 'Is it there, in this Airlock?', {
        cause: error,
      });
    throw new AirlockError(
      'NOT_AVAILABLE',
      `No Airlock answers for ${names.input}: ${error.code}.`,
      'Start one (airlock up), or name it: --aws-url URL.',
      {
        cause: error,
      },
    );
  }
  const [type = null, ...others] = types;
  if (types.size === 0)
    throw new AirlockError('BAD_OPTION', `There is nothing in ${names.input} (--input).`, 'Name a file or a directory with files.');
  if (others.length === 0) return type;
  throw new AirlockError(
    'BAD_OPTION',
    `The files in ${names.input} (--input) have different endings.`,
    'A job has one media type: name it with --content-type, or sort the files.',
  );
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

async function localInput({ input, isManifest }: PlacesOptions): Promise<Place> {
  const found = await stat(input).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'is not there' : `cannot be read: ${error.message}`;
    throw new AirlockError('BAD_OPTION', `${input} (--input) ${why}.`, 'Name a file, a directory or s3://BUCKET/PREFIX.', { cause: error });
  });
  if (isManifest && !found.isFile())
    throw new AirlockError('BAD_OPTION', `${input} (--input) is no manifest.`, 'With --manifest name its file.');
  if (!found.isFile() && !found.isDirectory())
    throw new AirlockError(
      'BAD_OPTION',
      `${input} (--input) is neither a file nor a directory.`,
      'Name a file, a directory or s3://BUCKET/PREFIX.',
    );
  if (found.isDirectory()) return { location: { bucket: '', key: '' }, storage: createDirectoryStorage(resolve(input)) };
  const storage = createDirectoryStorage(dirname(resolve(input)));
  const name = basename(resolve(input));
  return {
    location: { bucket: '', key: name },
    storage: { ...storage, list: (prefix, signal) => onlyNamed(name, storage.list(prefix, signal)) },
  };
}

/** A key is a prefix, and the file a.csv is not a.csv.out beside it. */
async function* onlyNamed(name: string, entries: AsyncIterable<{ readonly key: string; readonly bytes: number }>) {
  for await (const entry of entries) if (entry.key === name) yield entry;
}

async function localOutput({ input, output }: PlacesOptions): Promise<Place> {
  const found = await stat(output).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new AirlockError('BAD_OPTION', `${output} (--output) cannot be used: ${error.message}.`, 'Name a directory.', { cause: error });
  });
  if (found !== null && !found.isDirectory())
    throw new AirlockError('BAD_OPTION', `${output} (--output) is no directory.`, 'Name a directory, or one that is not there yet.');
  const root = resolve(output);
  const isInside = !input.startsWith('s3:') && (await stat(input)).isDirectory() && isBelow(root, await realpath(input), resolve(input));
  if (isInside) {
    throw new AirlockError(
      'BAD_OPTION',
      `${output} (--output) is inside ${input} (--input).`,
      'The next run would take the outputs for inputs: name a directory beside it.',
    );
  }
  return { location: { bucket: '', key: '' }, storage: createDirectoryStorage(root) };
}

function isBelow(path: string, ...directories: readonly string[]): boolean {
  return directories.some((directory) => `${path}${sep}`.startsWith(`${directory.replace(/[/\\]+$/, '')}${sep}`));
}
