import { describe, expect, it } from 'vitest';
import { shippedPairs } from '../../../../contracts/results/known-pairs.ts';
import { mendByPublishing, mendByVerifying, verifyTargets } from '../../../../contracts/results/mend-command.ts';
import { shellWord } from '../../../../contracts/results/shell-word.ts';
import { providerNames } from '../../../../emulator/commands/contract/verify-options.ts';

describe('the command that mends a gap', () => {
  it('names an own implementation of each provider that verify knows', () => {
    expect(Object.keys(verifyTargets).sort()).toEqual([...providerNames].sort());
    expect(shippedPairs.map((pair) => mendByVerifying(pair, '1.0.0'))).toEqual([
      'airlock contract verify --provider partner-token --handler <file> --provider-version 1.0.0',
      'airlock contract verify --provider customer-api --url <url> --provider-version 1.0.0',
      'airlock contract verify --provider model-container --image <yours> --provider-version 1.0.0',
    ]);
  });

  it('names the contract where it is not the one that ships, and a version as one word', () => {
    expect(mendByVerifying({ consumer: 'other-app', provider: 'customer-api' }, "main's")).toBe(
      "airlock contract verify --provider customer-api --pact <file> --url <url> --provider-version 'main'\\''s'",
    );
  });

  it('names no provider that verify does not know', () => {
    for (const provider of ['store', 'toString']) expect(mendByVerifying({ consumer: 'a', provider }, '1')).not.toContain('--provider');
  });

  it('publishes the contract in question, not all that ship', () => {
    expect(mendByPublishing({ consumer: 'customer-init', provider: 'partner-token' }, null)).toBe(
      'airlock contract publish --version <its version> --pact <customer-init-partner-token.json>',
    );
  });
});

it.each([
  ['a/b.json', 'a/b.json'],
  ['my results', "'my results'"],
  ['$(id)', "'$(id)'"],
  ['~/x', "'~/x'"],
])('%s is the shell word %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});
