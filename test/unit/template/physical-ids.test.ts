import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedName, shortId, uuidOf } from '../../../emulator/template/physical-ids.ts';

const seed = { accountId: '111111111111', region: 'us-east-1', stackName: 'airlock-partner', logicalId: 'TokenFunction' };
const anySeed = fc.record({
  accountId: fc.constant('111111111111'),
  region: fc.constant('us-east-1'),
  stackName: fc.stringMatching(/^airlock-[a-z]{1,100}$/),
  logicalId: fc.stringMatching(/^[A-Za-z0-9]{1,200}$/),
});

describe('physical ids', () => {
  it('are the same on every run', () => {
    // Written down from the first run: a change here renames every resource of everybody's templates.
    expect(generatedName(seed, 64)).toBe('airlock-partner-TokenFunction-A9GULCMCUPXH');
    expect([shortId(seed, 10), uuidOf(seed)]).toEqual(['gulcmcupxh', '3de9bd59-535b-4e22-99cb-da31f6edf6e2']);
  });

  it('differ between accounts, regions, stacks and resources', () => {
    const variants = [
      seed,
      { ...seed, accountId: '2' },
      { ...seed, region: 'r' },
      { ...seed, stackName: 's' },
      { ...seed, logicalId: 'l' },
    ];
    expect(new Set(variants.map((variant) => uuidOf(variant))).size).toBe(5);
  });

  it('fit the length, keep a stack, a resource and a hash, and are shaped as AWS makes them', () => {
    fc.assert(
      fc.property(anySeed, fc.constantFrom(63, 64, 128), (any, lengthMax) => {
        const name = generatedName(any, lengthMax);
        expect(name.length).toBeLessThanOrEqual(lengthMax);
        expect(name).toMatch(/^[a-z-]+-[A-Za-z0-9]+-[A-Z0-9]{12}$/);
        expect(shortId(any, 10)).toMatch(/^[a-z0-9]{10}$/);
        expect(uuidOf(any)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });
});
