// A samples folder to start from: `airlock validate --init`. It runs as it is against Airlock's own model, and says how to make it one's own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError } from '../errors.ts';
import { manifestName } from './sample-manifest.ts';

const records = [
  { id: 'c-0001', email: 'alex.sample@example.com' },
  { id: 'c-0002', email: 'zoe.sample@example.org', phone: '+1 604 555 0114', country: 'CA' },
];

const readme = `# Samples

Every file here is a request that the container has to answer; \`airlock validate IMAGE --samples .\` sends each one to POST /invocations.
Replace the two by your own: one for each content type of the listing, with data that may be published.

- The content type follows from the extension: .json, .jsonl, .ndjson, .csv, .txt, .xml, .png, .jpg and others.
- What a name does not say goes into \`${manifestName}\`, a list of rows:
  \`{ "file": "photo.bin", "contentType": "image/png", "accept": "application/json", "expected": "photo-answer.json", "tolerance": 0.001 }\`.
  Only "file" is needed. "tolerance" is how far numbers of an answer may be from those of the expected one.
- The expected answer to \`people.json\` is \`people.expected.json\`, where you want answers to be compared.
- A sample has at most 25 MB. This file and names that begin with a dot are no samples.
`;

const files: Readonly<Record<string, string>> = {
  'README.md': readme,
  'people.json': `${JSON.stringify({ records }, null, 2)}\n`,
  'people.jsonl': records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  [manifestName]: `${JSON.stringify([{ file: 'people.json', contentType: 'application/json', accept: 'application/json' }], null, 2)}\n`,
};

/**
 * Writes into the directory, which is made where it is not there. Resolves to the paths that were written.
 * @throws AirlockError BAD_OPTION where one of the files is there already or cannot be written; the others may be there then
 */
export async function initSamples(directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true }).catch(refuse(directory));
  const written: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    await writeFile(path, text, { flag: 'wx' }).catch(refuse(path));
    written.push(path);
  }
  return written;
}

function refuse(path: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const isThere = cause.code === 'EEXIST';
    throw new AirlockError(
      'BAD_OPTION',
      isThere ? `${path} is there already` : `${path} cannot be written (${cause.code})`,
      isThere ? 'Name a new directory: nothing is overwritten.' : 'Name a directory that can be written to.',
      { cause },
    );
  };
}
