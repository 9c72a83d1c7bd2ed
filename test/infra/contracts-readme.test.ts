// contracts/README.md is all that a partner in another language has: what it lists is what there is.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { providerStates } from '../../contracts/provider-states.ts';
import { shippedPairs } from '../../contracts/results/known-pairs.ts';

const readme = readFileSync(new URL('../../contracts/README.md', import.meta.url), 'utf8');
const pacts = shippedPairs.map(({ consumer, provider }) => `${consumer}-${provider}.json`);

test('the README of the contracts lists every provider state with its meaning, and no other', () => {
  const [, table = ''] = readme.split('| state | what it means |\n| --- | --- |\n');
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  expect(rows).toEqual(Object.entries(providerStates).map(([name, meaning]) => `| ${name} | ${meaning} |`));
});

test('every state that a pact names is listed', () => {
  const named = pacts.flatMap((name) => {
    const text = readFileSync(new URL(`../../contracts/pacts/${name}`, import.meta.url), 'utf8');
    const { interactions } = JSON.parse(text) as { interactions: { providerStates?: { name: string }[] }[] };
    return interactions.flatMap((interaction) => (interaction.providerStates ?? []).map((state) => state.name));
  });
  expect(named.filter((name) => !(name in providerStates))).toEqual([]);
});

test('the README links every pact', () => {
  expect(pacts.filter((name) => !readme.includes(`(pacts/${name})`))).toEqual([]);
});
