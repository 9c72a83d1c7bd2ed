// Wildcards against an independent implementation, and encoding as a round trip.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlainPattern, matchesPattern } from '../../../emulator/iam/pattern.ts';
import { percentDecode, percentEncode, percentReencode } from '../../../emulator/iam/percent-encoding.ts';

describe('matchesPattern', () => {
  it('agrees with a regular expression for any pattern and text', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, letters, (text, value) => {
        const expression = new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
        expect(matchesPattern(compilePlainPattern(text), value)).toBe(expression.test(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not slowed down by a hostile pattern', () => {
    const startedAt = performance.now();
    expect(matchesPattern(compilePlainPattern(`${'*a'.repeat(50)}b`), 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('percent-encoding', () => {
  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(percentDecode(percentEncode(text, { keepSlash: false }))).toBe(text);
      }),
    );
  });

  it('leaves alone what is encoded already', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const encoded = percentEncode(text, { keepSlash: true });
        expect(percentReencode(encoded, { keepSlash: true })).toBe(encoded);
      }),
    );
  });

  it.each([
    ['%zz', '%25zz'],
    ['%2', '%252'],
    ['a+b', 'a%2Bb'],
    ['%2f', '/'],
    ['%e1%88%b4', '%E1%88%B4'],
  ])('re-encodes %s as %s', (given, expected) => expect(percentReencode(given, { keepSlash: true })).toBe(expected));
});
