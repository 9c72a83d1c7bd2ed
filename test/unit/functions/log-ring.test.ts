import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogRing, openLogRing, tailOf } from '../../../emulator/functions/log-ring.ts';
import { functionLogTailBytes } from '../../../emulator/limits.ts';

test('what one side writes the other side reads', () => {
  const ring = createLogRing();
  openLogRing(ring.shared).write('line\n');
  expect(ring.read()).toBe('line\n');
});

test('only the last 4 KB stay, whatever was written before', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 1500 }), { maxLength: 20 }), (texts) => {
      const ring = createLogRing();
      for (const text of texts) ring.write(text);
      expect(ring.read()).toBe(tailOf(texts.join('')));
      expect(Buffer.byteLength(ring.read())).toBeLessThanOrEqual(functionLogTailBytes);
    }),
  );
});

test('one write that is larger than the ring leaves its end', () => {
  const ring = createLogRing();
  ring.write(`${'a'.repeat(10_000)}end`);
  expect(ring.read()).toHaveLength(functionLogTailBytes);
  expect(ring.read().endsWith('aend')).toBe(true);
});

test('a character that was cut at the start is left out', () => {
  expect(tailOf(`€${'a'.repeat(functionLogTailBytes - 1)}`)).toBe('a'.repeat(functionLogTailBytes - 1));
});

test('clear() forgets everything', () => {
  const ring = createLogRing();
  ring.write('secret');
  ring.clear();
  expect(ring.read()).toBe('');
});
