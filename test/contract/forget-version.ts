// Between releases one version of this repository stands for many contracts. Its records are made anew by each run; those of other
// versions stay, and `airlock contract publish` itself never replaces a record.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shippedPairs } from '../../contracts/results/known-pairs.ts';
import { parseVersions } from '../../contracts/results/parse-record.ts';
import { recordText, verificationsFileName, versionsFileName } from '../../contracts/results/result-records.ts';

export async function forgetVersion(directory: string, version: string): Promise<void> {
  for (const pair of shippedPairs) {
    await rm(join(directory, verificationsFileName(pair, version)), { force: true });
    const file = join(directory, versionsFileName(pair));
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) continue;
    const recorded = parseVersions(text, file);
    const versions = recorded.versions.filter((each) => each.version !== version);
    if (versions.length === 0) await rm(file);
    else await writeFile(file, recordText({ ...recorded, versions }));
  }
}
