import { expect, test } from 'vitest';
import { compilePattern } from '../../../../contracts/pact/oniguruma-pattern.ts';

test.each([
  ['a|ab', 'ab', true],
  ['\\d+', '12x', false],
  ['^a$', 'a\nb', false],
  ['\\h{2}-\\w', 'fF-é', true],
  ['[[:alpha:]_]+', 'ab_é', true],
  ['[[:alpha:]]', '1', false],
  ['(?i)abc', 'aBC', true],
  ['(?m)a.b', 'a\nb', true],
  ['a.b', 'a\nb', false],
  ['\\Aab\\z', 'ab', true],
  ['a\\-b\\"', 'a-b"', true],
  ['{"x"}', '{"x"}', true],
  ['a{,2}', 'aa', true],
  ['[]a]+', ']a', true],
  ['\\x{e9}', 'é', true],
  ['.*\\bé.*', 'x é', true],
  ['.*\\bé.*', 'xé', false],
  ['.*\\Bé.*', 'xé', true],
  ['\\s', '\u0085', true],
  ['\\s', '\ufeff', false],
  ['[[:space:]]', '\ufeff', false],
  ['\\S', '\ufeff', true],
])('%s on %j', (expression, text, wanted) => {
  expect(compilePattern(expression)(text)).toBe(wanted);
});

test.each(['(', '[a', 'a++', '(?>a)', '[a&&b]', 'a\\'])('%s is refused', (expression) => {
  expect(() => compilePattern(expression)).toThrow(SyntaxError);
});

test('an expression that needs more of the stack than there is fits nothing', () => {
  expect(compilePattern('(?:a|b)*c')('ab'.repeat(20_000_000))).toBe(false);
});
