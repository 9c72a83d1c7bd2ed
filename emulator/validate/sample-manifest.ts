// samples.json: what the names of the samples do not say. A list of rows, one a sample.
import { didYouMean } from '../did-you-mean.ts';
import { AirlockError } from '../errors.ts';

export const manifestName = 'samples.json';

export interface ManifestRow {
  /** Path in the samples directory, with "/". */
  readonly file: string;
  readonly contentType?: string;
  readonly accept?: string;
  /** Path of the published answer. */
  readonly expected?: string;
  readonly tolerance?: number;
}

/** Ours: a path that is longer is no path of a sample. */
const pathLengthMax = 1_024;
/** Of SageMaker's ContentType and Accept. Source: botocore sagemaker-runtime, InvokeEndpointInput. */
const typeLengthMax = 1_024;
const contentTypePattern = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+(\s*;[\x20-\x7e]*)?$/;
const acceptPattern = /^[\x21-\x7e][\x20-\x7e]*$/;

const readers: {
  readonly [Key in keyof Required<ManifestRow>]: { readonly wanted: string; readonly isRight: (value: unknown) => boolean };
} = {
  file: { wanted: 'a path within the samples directory', isRight: isPath },
  contentType: { wanted: 'a media type such as "application/json"', isRight: (value) => isType(value, contentTypePattern) },
  accept: { wanted: 'media types such as "application/json"', isRight: (value) => isType(value, acceptPattern) },
  expected: { wanted: 'a path within the samples directory', isRight: isPath },
  tolerance: { wanted: 'a number of at least 0', isRight: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0 },
};

/** `name`: of the file, for messages. @throws AirlockError BAD_OPTION */
export function parseManifest(bytes: Buffer, name: string): readonly ManifestRow[] {
  const rows = parseJson(bytes, name);
  if (!Array.isArray(rows)) throw bad(name, 'it must be a list of rows');
  const read = rows.map((row, index) => readRow(row, `${name}, row ${index + 1}`));
  const twice = read.find(({ file }, index) => read.findIndex((row) => row.file === file) !== index);
  if (twice) throw bad(name, `${twice.file} has two rows`);
  return read;
}

function parseJson(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) throw bad(name, 'it is not valid JSON', cause);
    throw cause;
  }
}

function readRow(row: unknown, place: string): ManifestRow {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw bad(place, 'it must be an object');
  for (const [key, value] of Object.entries(row)) {
    const reader = Object.hasOwn(readers, key) ? readers[key as keyof ManifestRow] : undefined;
    if (reader === undefined) throw bad(place, `"${key}" is not known.${didYouMean(key, Object.keys(readers))}`);
    if (!reader.isRight(value)) throw bad(place, `"${key}" must be ${reader.wanted}`);
  }
  if (!('file' in row)) throw bad(place, '"file" is missing');
  return row as ManifestRow;
}

function isPath(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || value.length > pathLengthMax || /[\\\0]/.test(value)) return false;
  return value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isType(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && value.length <= typeLengthMax && pattern.test(value);
}

function bad(place: string, what: string, cause?: unknown): AirlockError {
  const hint =
    'A row: { "file": "people.json", "contentType": "application/json", "accept"?, "expected"?: "people.expected.json", "tolerance"?: 0 }';
  return new AirlockError('BAD_OPTION', `${place}: ${what}`, hint, cause === undefined ? undefined : { cause });
}
