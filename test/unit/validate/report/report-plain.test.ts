import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markup } from '../../../../emulator/validate/report-markup.ts';
import { plain, plainJson } from '../../../../emulator/validate/report-plain.ts';

const anyText = fc.string({ unit: 'binary' });
const halves = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
// biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
const harmful = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

describe('text of others', () => {
  it('is one harmless line whatever it was', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, halves), (text) => {
        expect(plain(text)).not.toMatch(harmful);
        expect(plain(text).isWellFormed()).toBe(true);
        expect(plain(plain(text))).toBe(plain(text));
      }),
    );
  });

  it('is the same after JSON', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, halves), (text) => {
        expect(JSON.parse(plainJson({ text }))).toEqual({ text });
        expect(plainJson({ text })).not.toMatch(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('never leaves its place in markup', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(markup`<a b="${text}">${text}</a>`.text).toMatch(/^<a b="[^"<>]*">[^<>"']*<\/a>$/);
      }),
    );
  });

  it('stays as it is where there is nothing wrong with it', () => {
    expect(plain('größer als 2 s: 👍 日本 שלום {"a": [1]}')).toBe('größer als 2 s: 👍 日本 שלום {"a": [1]}');
  });
});
