// The gate: the pact that the tests wrote equals the committed one, or becomes it where AIRLOCK_PACTS=write says so.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { pactChanges } from './pact-changes.ts';

export const pactsDirectory = new URL('../../../contracts/pacts/', import.meta.url);

/** `name` as in contracts/pacts/. @throws with the classified changes where the committed file differs */
export async function keepPact(name: string, text: string): Promise<void> {
  if (process.env.AIRLOCK_PACTS === 'write') {
    await mkdir(pactsDirectory, { recursive: true });
    await writeFile(new URL(name, pactsDirectory), text);
    return;
  }
  const committed = await readPactText(name);
  if (committed === text) return;
  const what = committed === null ? 'is not there' : 'is not what the consumer tests record';
  const lines = pactChanges(committed, text, name).map((line) => `  ${line}`);
  throw new Error([`contracts/pacts/${name} ${what}:`, ...lines, 'npm run contracts writes it; commit it with the change.'].join('\n'));
}

/** Null where there is none. */
export async function readPactText(name: string): Promise<string | null> {
  try {
    return await readFile(new URL(name, pactsDirectory), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
