import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadArtifact } from '../../../model-stub/artifact.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'artifact-'));
  cpSync(fileURLToPath(new URL('../../../model-stub/model', import.meta.url)), directory, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the artifact', () => {
  it('is read', async () => {
    const { graph, modelVersion } = await loadArtifact(directory);
    expect(graph.size).toBe(2_000);
    expect(modelVersion).toBe('1.0.0');
  });

  it('is refused where its graph was changed', async () => {
    writeFileSync(join(directory, 'graph.tsv'), 'a\tb\n');
    await expect(loadArtifact(directory)).rejects.toThrow('SHA-256');
  });

  it.each([
    ['another format', '{ "format": "other", "formatVersion": 1 }', 'format'],
    ['a later version', '{ "format": "airlock-identity-stub", "formatVersion": 2 }', 'formatVersion'],
  ])('is refused in %s', async (_, manifest, message) => {
    writeFileSync(join(directory, 'manifest.json'), manifest);
    await expect(loadArtifact(directory)).rejects.toThrow(message);
  });

  it('is refused where it is missing', async () => {
    await expect(loadArtifact(join(directory, 'none'))).rejects.toThrow('ENOENT');
  });
});
