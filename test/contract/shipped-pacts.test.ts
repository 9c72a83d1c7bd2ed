// What belongs together is there as a whole: the consumer tests, the pacts that they write, and the results that answer for them. A test
// file that is gone would fail nothing by itself.
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { shippedPairs } from '../../contracts/results/known-pairs.ts';
import { pactFingerprint } from '../../contracts/results/pact-fingerprint.ts';
import { readResults } from '../../contracts/results/results-directory.ts';
import { packageVersion } from '../../emulator/package-files.ts';

const at = (path: string) => new URL(path, import.meta.url);
const [pacts, consumers] = [at('../../contracts/pacts/'), at('./consumers/')];
const results = fileURLToPath(at('../../contracts/verifications/'));
const pairs = shippedPairs.map(({ consumer, provider }) => `${consumer}-${provider}`).sort();

/** Each with its test file: "consumer-provider" as written in the code, where it is plain text. */
async function recordedPairs(): Promise<string[]> {
  const names = (await readdir(consumers)).filter((name) => name.endsWith('.test.ts') && name !== 'pact-recorder.test.ts');
  const written = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, consumers), 'utf8');
      const found = [...text.matchAll(/^const \w+ = createPactRecorder\(\{ consumer: '([^']+)', provider: '([^']+)' \}\);$/gm)];
      expect(found.length, `${name} makes one recorder`).toBe(1);
      expect(text, `${name} writes what it recorded`).toMatch(/\.finish\(\)/);
      return found.map(([, consumer, provider]) => `${consumer}-${provider}`);
    }),
  );
  return written.flat().sort();
}

describe('the contracts that ship', () => {
  test('are the pacts in contracts/pacts', async () => {
    const files = (await readdir(pacts)).filter((name) => !name.startsWith('.'));
    expect(files.map((name) => basename(name, '.json')).sort()).toEqual(pairs);
    for (const { consumer, provider } of shippedPairs) {
      const pact = JSON.parse(await readFile(new URL(`${consumer}-${provider}.json`, pacts), 'utf8'));
      expect([pact.consumer.name, pact.provider.name]).toEqual([consumer, provider]);
    }
  });

  test('are each recorded by one consumer test', async () => {
    expect(await recordedPairs()).toEqual(pairs);
  });

  test('have results', async () => {
    const recorded = (await readResults(results)).filter(({ verifications }) => verifications.length > 0);
    expect(recorded.map(({ consumer, provider }) => `${consumer}-${provider}`).sort()).toEqual(pairs);
  });

  test.each(shippedPairs)('have results for the pact as it is committed: $consumer -> $provider', async ({ consumer, provider }) => {
    const fingerprint = pactFingerprint(await readFile(new URL(`${consumer}-${provider}.json`, pacts), 'utf8'));
    const records = (await readResults(results)).find((each) => each.consumer === consumer && each.provider === provider);
    // Records of earlier versions may be of earlier pacts.
    const current = records?.verifications.find(({ providerVersion }) => providerVersion === packageVersion());
    const fingerprints = (current?.results ?? []).map(({ pactSha256 }) => pactSha256);
    expect(fingerprints, `the results in contracts/verifications are of another pact; npm run contracts verifies this one`).toContain(
      fingerprint,
    );
    const versions = (records?.versions ?? []).map(({ pactSha256 }) => pactSha256);
    expect(versions, 'no version of the consumer has this pact; npm run contracts records it').toContain(fingerprint);
  });
});
