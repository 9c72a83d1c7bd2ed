// A pact file taken apart into files of one interaction each, so that every result belongs to one interaction and comes when it ends.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseExactJson } from '../pact/exact-json.ts';
import { openWorkDirectory } from './work-directory.ts';

export interface SplitPact extends AsyncDisposable {
  readonly count: number;
  /** Path of a file that holds the interaction at this place of the original, and everything around it. */
  write(index: number): Promise<string>;
}

/** `text` was read by readPact() before: it is an object with a list of interactions. */
export async function splitPact(text: string): Promise<SplitPact> {
  // Numbers stay as they are written: 1.0 is another number than 1 to Pact's matchers.
  const pact = parseExactJson(text) as Readonly<Record<string, unknown>>;
  const interactions = Array.isArray(pact.interactions) ? (pact.interactions as unknown[]) : [];
  const directory = await openWorkDirectory();
  return {
    count: interactions.length,
    async write(index) {
      const file = join(directory.path, `${index}.json`);
      await writeFile(file, JSON.stringify({ ...pact, interactions: [interactions[index]] }), { mode: 0o600 });
      return file;
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}
