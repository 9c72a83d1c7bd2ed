// A directory of samples -> data. Every file in it is a sample, an expected answer, the manifest, or an error.
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { readRegularFile } from '../../contracts/pact/read-regular-file.ts';
import { AirlockError } from '../errors.ts';
import { invokeEndpointBytesMax } from '../limits.ts';
import { type ManifestRow, manifestName, parseManifest } from './sample-manifest.ts';
import { sampleTypes } from './sample-types.ts';
import type { Sample } from './samples.ts';

/** Ours: all of them are held in memory, and each is a request. */
const filesMax = 200;
const bytesMax = 256 * 1024 * 1024;
const manifestBytesMax = 1024 * 1024;
const expectedName = /^(.+)\.expected(\.[^.]+)$/;

/**
 * By name, also from subdirectories. Not samples: names that begin with a dot, README.md at the top, `samples.json` (sample-manifest.ts).
 * `<name>.expected.<ext>` is the answer to `<name>` or `<name>.*`.
 * @throws AirlockError BAD_OPTION for a directory or file that cannot be read, or that no content type is known of
 */
export async function readSamples(directory: string): Promise<readonly Sample[]> {
  const names = await listFiles(directory);
  let readBytes = 0;
  const read = async (name: string, limit = invokeEndpointBytesMax) => {
    const bytes = await readOne(directory, name, limit);
    readBytes += bytes.length;
    if (readBytes > bytesMax)
      throw bad(`${directory}: the samples have more than ${bytesMax} bytes together`, 'Fewer or smaller samples are enough.');
    return bytes;
  };
  const rows = names.includes(manifestName) ? parseManifest(await read(manifestName, manifestBytesMax), join(directory, manifestName)) : [];
  checkRows(rows, names, directory);
  const sorted = sortFiles(names, rows, directory);
  const found: Sample[] = [];
  for (const { name, row, expected } of sorted) {
    const type = sampleTypes.get(extname(name).toLowerCase());
    const contentType = row?.contentType ?? type?.contentType;
    if (contentType === undefined) {
      const known = [...sampleTypes.keys()].join(', ');
      throw bad(
        `${join(directory, name)}: no content type is known for this name`,
        `Name it in ${manifestName}: [{ "file": "${name}", "contentType": "…" }], take it out, or use one of ${known}.`,
      );
    }
    const expectedType = expected === null ? null : (sampleTypes.get(extname(expected).toLowerCase())?.contentType ?? null);
    const body = await read(name);
    if (body.length === 0)
      throw bad(`${join(directory, name)} is empty`, 'A sample is a request that the container answers; take it out or fill it.');
    found.push({
      ...{ name, contentType, body },
      accept:
        row?.accept ?? acceptBy({ contentType, isAlike: row?.contentType !== undefined || type?.isAnsweredAlike === true, expectedType }),
      expected: expected === null ? null : { body: await read(expected), contentType: expectedType },
      tolerance: row?.tolerance ?? 0,
    });
  }
  return found;
}

/** Null: as the sample itself. */
function acceptBy({
  contentType,
  isAlike,
  expectedType,
}: {
  contentType: string;
  isAlike: boolean;
  expectedType: string | null;
}): string | null {
  if (expectedType !== null) return expectedType === contentType ? null : expectedType;
  return isAlike ? null : '*/*';
}

interface SortedFile {
  readonly name: string;
  readonly row: ManifestRow | null;
  readonly expected: string | null;
}

/** Which file is a sample and which answer belongs to which. */
function sortFiles(names: readonly string[], rows: readonly ManifestRow[], directory: string): readonly SortedFile[] {
  const named = new Set(rows.flatMap(({ expected }) => (expected === undefined ? [] : [expected])));
  const listed = new Set(rows.map(({ file }) => file));
  const isAnswer = (name: string) => named.has(name) || (expectedName.test(name) && !listed.has(name));
  const sampleNames = names.filter((name) => name !== manifestName && !isAnswer(name));
  const answers = new Map<string, string>();
  for (const name of names.filter((candidate) => isAnswer(candidate) && !named.has(candidate))) {
    const sample = sampleOf(name, sampleNames, directory);
    const other = answers.get(sample) ?? rows.find(({ file }) => file === sample)?.expected;
    if (other !== undefined)
      throw bad(`${join(directory, sample)} has two expected answers: ${other} and ${name}`, 'Take one of them out.');
    answers.set(sample, name);
  }
  return sampleNames.map((name) => {
    const row = rows.find(({ file }) => file === name) ?? null;
    return { name, row, expected: row?.expected ?? answers.get(name) ?? null };
  });
}

/** `people.expected.json`: of people.json, else of the only people.*; `people.csv.expected.json`: of people.csv. */
function sampleOf(answer: string, sampleNames: readonly string[], directory: string): string {
  const [, stem = '', extension = ''] = expectedName.exec(answer) ?? [];
  const exact = [stem, `${stem}${extension}`].find((name) => sampleNames.includes(name));
  if (exact !== undefined) return exact;
  const alike = sampleNames.filter((name) => name.slice(0, name.length - extname(name).length) === stem);
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return only;
  const why = alike.length === 0 ? 'there is no sample of that name' : `it could be the answer to ${alike.join(' or ')}`;
  throw bad(`${join(directory, answer)}: ${why}`, `Call it <the sample's file name>.expected${extension}, or name it in ${manifestName}.`);
}

function checkRows(rows: readonly ManifestRow[], names: readonly string[], directory: string): void {
  const answers = rows.flatMap(({ expected }) => (expected === undefined ? [] : [expected]));
  for (const file of [...rows.map((row) => row.file), ...answers]) {
    if (!names.includes(file) || file === manifestName) {
      throw bad(
        `${join(directory, manifestName)} names ${file}, which is no file in ${directory}`,
        'Correct the name, or take the row out.',
      );
    }
  }
  const both = rows.find(({ file }) => answers.includes(file));
  if (both) throw bad(`${join(directory, manifestName)}: ${both.file} is a sample and an expected answer`, 'One file is one of the two.');
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      const hint = 'Name a directory of samples; airlock validate --init writes one.';
      throw bad(`${join(directory, folder)} cannot be read as a directory of samples (${cause.code})`, hint, cause);
    });
    for (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith('.') || name === 'README.md') continue;
      if (entry.isDirectory()) pending.push(name);
      else names.push(name);
    }
    if (names.length + pending.length > filesMax) {
      throw bad(`${directory} holds more than ${filesMax} files and folders, which is the most that is read`, 'Fewer samples are enough.');
    }
  }
  return names.sort();
}

async function readOne(directory: string, name: string, limit: number): Promise<Buffer> {
  const path = join(directory, name);
  const file = await readRegularFile(path, limit).catch((cause: NodeJS.ErrnoException) => {
    throw bad(`${path} cannot be read (${cause.code})`, 'Make it readable, or take it out of the samples.', cause);
  });
  if (file.refused === null) return file.bytes;
  throw bad(`${path} ${file.words}`, 'A sample is a file of at most 25 MB, as SageMaker takes it.');
}

function bad(message: string, hint: string, cause?: unknown): AirlockError {
  return new AirlockError('BAD_OPTION', message, hint, cause === undefined ? undefined : { cause });
}
