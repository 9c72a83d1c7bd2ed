import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseEmail } from '../../../model-stub/normalise-email.ts';

describe('an e-mail address', () => {
  it.each([
    ['jordan@example.com', 'jordan@example.com'],
    ['  Jordan@Example.COM\t', 'jordan@example.com'],
    ['jordan@example.com.', 'jordan@example.com'],
    ['j.o.rdan+news@gmail.com', 'jordan@gmail.com'],
    ['J.ordan@GoogleMail.com', 'jordan@gmail.com'],
    ['jordan+a+b@fastmail.com', 'jordan@fastmail.com'],
    ['jor.dan+x@proton.me', 'jor.dan@proton.me'],
    ['jordan+news@example.com', 'jordan+news@example.com'],
    ['j.ordan@example.com', 'j.ordan@example.com'],
    ['jordan@BÜCHER.example', 'jordan@xn--bcher-kva.example'],
    ['jordan@xn--bcher-kva.example', 'jordan@xn--bcher-kva.example'],
    ['jordan@bu\u0308cher.example', 'jordan@xn--bcher-kva.example'],
    ['jordan@straße.example', 'jordan@xn--strae-oqa.example'],
    ['jordan@例え。テスト', 'jordan@xn--r8jz45g.xn--zckzah'],
    ['संपर्क@example.com', 'संपर्क@example.com'],
    ['ผู้ใช้@example.com', 'ผู้ใช้@example.com'],
    ['jo\u0308rg@example.com', 'j\u00f6rg@example.com'],
    ["o'neil_a-b@example.co.uk", "o'neil_a-b@example.co.uk"],
  ])('%j becomes %s', (written, normalised) => {
    expect(normaliseEmail(written)).toBe(normalised);
  });

  it.each([
    '',
    ' ',
    'jordan',
    '@example.com',
    'jordan@',
    'jordan@example',
    'a b@example.com',
    'jordan@@example.com',
    '.jordan@example.com',
    'jordan.@example.com',
    'jor..dan@example.com',
    'jordan@-example.com',
    'jordan@example-.com',
    'jordan@exa mple.com',
    'jordan@example..com',
    'jordan@192.0.2.1',
    'jordan@[192.0.2.1]',
    'jordan@%65xample.com',
    'jordan@example.com/path',
    'jordan@example.com:25',
    '\u0301@example.com',
    '+tag@gmail.com',
    '...@gmail.com',
    '"jordan"@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'a'.repeat(64)}.com`,
    `a@${'abcdefghi.'.repeat(25)}com`,
    'x'.repeat(100_000),
  ])('%j is refused', (written) => {
    expect(normaliseEmail(written)).toBeNull();
  });

  it('is the same after a second time, whatever was written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string(),
          fc.string({ unit: 'grapheme' }).map((text) => `${text}@example.com`),
        ),
        (written) => {
          const once = normaliseEmail(written);
          expect(once === null ? null : normaliseEmail(once)).toBe(once);
        },
      ),
    );
  });
});
