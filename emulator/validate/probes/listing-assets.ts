// What of a listing lies in the samples folder and the project around it.
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readRegularFile } from '../../../contracts/pact/read-regular-file.ts';
import type { Probe } from '../evidence.ts';
import { jsonLinesTypes, mediaTypeOf, recordsOf } from '../sample-records.ts';
import { type Sample, samples } from '../samples.ts';

export interface ListingAssets {
  readonly samples: readonly {
    readonly name: string;
    readonly hasExpected: boolean;
    /** Of a format that batch transform splits into records; null: of another. */
    readonly records: number | null;
  }[];
  /** Files named .ipynb in the samples' parent folder, or in its `notebooks`. */
  readonly notebooks: readonly { readonly path: string; readonly isReadable: boolean }[];
  /** To notebooks, in README.md of the samples or of the parent folder. */
  readonly links: readonly string[];
}

const notebookBytesMax = 50 * 1024 * 1024;
const readmeBytesMax = 1024 * 1024;
const notebooksMax = 20;
const link = /\bhttps?:\/\/[^\s<>"'`)\]]+/g;

export const listingAssets: Probe<ListingAssets> = {
  title: 'looking for what a listing shows',
  async run({ evidence, options }) {
    const all = await evidence.of(samples);
    // Without a folder of samples the probe before has rejected.
    const folder = resolve(options.samples ?? '.');
    return { samples: all.map(describe), ...(await assetsAround(folder)) };
  },
};

function describe(sample: Sample): ListingAssets['samples'][number] {
  const type = mediaTypeOf(sample.contentType);
  const isSplit = jsonLinesTypes.has(type) || type === 'text/csv';
  return { name: sample.name, hasExpected: sample.expected !== null, records: isSplit ? (recordsOf(sample)?.count ?? 0) : null };
}

export async function assetsAround(folder: string): Promise<Pick<ListingAssets, 'notebooks' | 'links'>> {
  const parent = dirname(folder);
  const texts = await Promise.all([folder, parent].map((each) => readText(join(each, 'README.md'), readmeBytesMax)));
  const links = texts
    .flatMap((text) => [...(text ?? '').matchAll(link)].map(([found]) => found))
    .filter((each) => /\.ipynb(?=$|[?#])/.test(each));
  const paths = (await Promise.all([parent, join(parent, 'notebooks')].map(notebooksIn))).flat().slice(0, notebooksMax);
  const notebooks = await Promise.all(
    paths.map(async (path) => ({ path: path.slice(parent.length + 1), isReadable: isNotebook(await readText(path, notebookBytesMax)) })),
  );
  return { notebooks, links: [...new Set(links)] };
}

async function notebooksIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(absent);
  return (names ?? [])
    .filter((name) => name.endsWith('.ipynb') && !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name));
}

/** Null where there is no such file, or none that may be read. */
async function readText(path: string, bytesMax: number): Promise<string | null> {
  const file = await readRegularFile(path, bytesMax).catch(absent);
  return file?.bytes?.toString('utf8') ?? null;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === undefined) throw error;
  return null;
}

function isNotebook(text: string | null): boolean {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && 'cells' in value && Array.isArray(value.cells);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
