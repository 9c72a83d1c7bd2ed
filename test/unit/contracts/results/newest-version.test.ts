import { describe, expect, it } from 'vitest';
import { compareSemver, newestOf, newestOfUnordered } from '../../../../contracts/results/newest-version.ts';

describe('the newest version', () => {
  it.each<[readonly string[], string | null]>([
    [[], null],
    [['1.10.0', '1.9.0'], '1.10.0'],
    [['2.0.0', '2.0.0-rc.1'], '2.0.0'],
    [['v1.0.0', '1.0.1'], '1.0.1'],
    [['9f8e7d6', '1a2b3c4'], '1a2b3c4'],
    [['1.0.0', '1a2b3c4', '0.9.0'], '0.9.0'],
  ])('of %j, in order of publication, is %j', (versions, newest) => {
    expect(newestOf(versions)).toBe(newest);
  });

  it.each<[readonly string[], string | null]>([
    [[], null],
    [['9f8e7d6'], '9f8e7d6'],
    [['9f8e7d6', '1a2b3c4'], null],
    [['1.0.0', '1.1.0'], '1.1.0'],
    [['1.0.0+a', '1.0.0+b'], null],
  ])('of %j, which have no order of their own, is %j', (versions, newest) => {
    expect(newestOfUnordered(versions)).toBe(newest);
  });

  it('follows the order that semver.org gives', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ];
    expect(ordered.toReversed().sort(compareSemver)).toEqual(ordered);
  });
});
