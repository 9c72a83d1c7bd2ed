import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readPact } from '../../../../contracts/pact/read-pact.ts';
import { shippedPairs } from '../../../../contracts/results/known-pairs.ts';

it('the pairs that are known before anything is recorded are those of the pacts that ship', () => {
  const folder = new URL('../../../../contracts/pacts/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const pairs = files.map((name) => readPact(readFileSync(new URL(name, folder), 'utf8'), name));
  const names = (each: readonly { consumer: string; provider: string }[]) => each.map((pair) => `${pair.consumer}-${pair.provider}`).sort();
  expect(names(pairs)).toEqual(names(shippedPairs));
  expect(files.sort()).toEqual(names(shippedPairs).map((name) => `${name}.json`));
});
