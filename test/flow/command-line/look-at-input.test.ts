import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAtInput } from '../../../emulator/commands/look-at-input.ts';
import { openPlaces } from '../../../emulator/commands/transform-places.ts';

test("the file system's own refusal is told with its path, as a mistake of an option", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'look-at-input-'));
  const input = join(directory, 'in');
  await mkdir(input);
  const { signal } = new AbortController();
  const common = { isManifest: false, awsUrl: 'http://127.0.0.1:1', region: 'us-east-1', credentialsFile: null, signal };
  try {
    using places = await openPlaces({ input, output: join(directory, 'out'), ...common });
    // Also root cannot read a directory that has become a file.
    await rm(input, { recursive: true });
    await writeFile(input, '');
    await expect(lookAtInput(places, { kind: 'prefix', contentType: null, compression: 'None', signal })).rejects.toMatchObject({
      ...{ name: 'AirlockError', code: 'BAD_OPTION', message: `${input} (--input) cannot be read: ENOTDIR (${input}).` },
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});
