// Makes the model artifact and the sample records from a seed: `node model-stub/generate.ts [seed]`. The same seed gives the same bytes.
import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { graphFile, type IdentifierKind, identifierKey, type Manifest, manifestFile } from './artifact.ts';
import { formatCsvRow } from './csv.ts';
import { createRecord, type SampleRecord } from './messy-record.ts';
import { createRandom } from './random.ts';
import { createPeople } from './synthetic-people.ts';

export const defaultSeed = 20_261_122;
const peopleCount = 1_000;
/** Every so many records, one about the person of the record before, by the other identifier: something to match. */
const secondSightEvery = 20;

/** File contents by path relative to model-stub/. Records: 1,000. */
export function generateFiles(seed: number): ReadonlyMap<string, string> {
  const random = createRandom(seed);
  const people = createPeople(peopleCount, random);
  const records = people.map((person, index) => {
    const other = people[(index + 1 + random.integer(people.length - 1)) % people.length] ?? person;
    return createRecord(index, person, other, random);
  });
  for (let index = secondSightEvery; index < records.length; index += secondSightEvery) {
    const person = people[index - 1];
    const [before, here] = [records[index - 1], records[index]];
    if (!person || !before || !here) continue;
    records[index - 1] = { id: before.id, email: person.email };
    records[index] = { id: here.id, phone: person.phone };
  }

  const key = (name: string) => createSecretKey(createHmac('sha256', 'airlock-identity-stub').update(`${name}:${seed}`).digest());
  const graphKey = key('graph');
  const entry = (kind: IdentifierKind, normalised: string, node: string) => `${identifierKey(graphKey, kind, normalised)}\t${node}\n`;
  const graph = people
    .flatMap(({ email, phone, node }) => [entry('email', email, node), entry('phone', phone, node)])
    .sort()
    .join('');
  const manifest: Manifest = {
    format: 'airlock-identity-stub',
    formatVersion: 1,
    modelVersion: '1.0.0',
    customerScope: 'sample-customer',
    personKey: key('person').export().toString('base64'),
    graphKey: graphKey.export().toString('base64'),
    graphSha256: createHash('sha256').update(graph).digest('hex'),
  };
  return new Map([
    [`model/${manifestFile}`, `${JSON.stringify(manifest, null, 2)}\n`],
    [`model/${graphFile}`, graph],
    ['samples/people.json', `{\n  "records": [\n${records.map((record) => `    ${spacedJson(record)}`).join(',\n')}\n  ]\n}\n`],
    ['samples/people.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join('')],
    ['samples/people.csv', ['id,email,phone,country', ...records.map(csvRow), ''].join('\n')],
  ]);
}

/** As a formatter leaves it, so that nobody's formatter changes the bytes. */
function spacedJson(record: SampleRecord): string {
  const members = Object.entries(record).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{ ${members.join(', ')} }`;
}

function csvRow({ id, email = '', phone = '', country = '' }: SampleRecord): string {
  return formatCsvRow([id, email, phone, country]);
}

async function main(): Promise<void> {
  const seed = process.argv[2] === undefined ? defaultSeed : Number(process.argv[2]);
  if (!Number.isSafeInteger(seed)) throw new Error('the seed must be a whole number');
  for (const [path, content] of generateFiles(seed)) {
    const target = join(import.meta.dirname, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    process.stdout.write(`${path} ${Buffer.byteLength(content)} bytes\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
