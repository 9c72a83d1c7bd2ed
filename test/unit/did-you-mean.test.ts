import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../emulator/did-you-mean.ts';

describe('did you mean', () => {
  const known = ['Timeout', 'MemorySize', 'FunctionName', 'Role'];
  it.each([
    ['Timeuot', 'Timeout'],
    ['timeout', 'Timeout'],
    ['MemorySise', 'MemorySize'],
    ['FunctioName', 'FunctionName'],
    ['Rol', 'Role'],
  ])('suggests for %s the name %s', (name, expected) => {
    expect(nearest(name, known)).toBe(expected);
    expect(didYouMean(name, known)).toBe(` Did you mean ${expected}?`);
  });

  it('suggests nothing when no known name is near', () => {
    expect(didYouMean('Concurrency', known)).toBe('');
    expect(didYouMean('X', [])).toBe('');
  });

  it.each([
    ['', ['A', 'B']],
    ['p', ['P']],
    ['Mp', ['M']],
    ['Ref', ['Role']],
  ])('suggests nothing for %j: too short, or more than a third is different', (name, names) => {
    expect(didYouMean(name, names)).toBe('');
  });

  it('counts no edits between a word and itself, and as many in both directions', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});
