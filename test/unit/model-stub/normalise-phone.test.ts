import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisePhone } from '../../../model-stub/normalise-phone.ts';

describe('a phone number', () => {
  it.each([
    ['+1 212 555 0100', null, '+12125550100'],
    ['(212) 555-0100', 'US', '+12125550100'],
    ['1-212-555-0100', 'us', '+12125550100'],
    ['212.555.0100 x12', 'US', '+12125550100'],
    ['011 44 7700 900123', 'US', '+447700900123'],
    ['07700 900123', 'GB', '+447700900123'],
    ['+44 (0)7700 900123', 'US', '+447700900123'],
    ['+44 07700 900123', null, '+447700900123'],
    ['0044 7700 900123', null, '+447700900123'],
    ['(0)7700 900123', 'GB', '+447700900123'],
    ['020 7946 0123', 'GB', '+442079460123'],
    ['06 39 98 01 23', 'FR', '+33639980123'],
    ['+33.6.39.98.01.23', null, '+33639980123'],
    ['030/23125-042', 'DE', '+493023125042'],
    ['030 23125042 ext. 7', 'DE', '+493023125042'],
    ['tel:+493023125042;ext=7', null, '+493023125042'],
    ['06 0000 0000', 'IT', '+390600000000'],
    ['(02) 5550 0042', 'AU', '+61255500042'],
    ['0011 44 7700 900123', 'AU', '+447700900123'],
    ['070-174 06 05', 'SE', '+46701740605'],
    ['+1 212 555 0100', null, '+12125550100'],
    ['+998 90 123 45 67', null, '+998901234567'],
    ['\u202f+33 6 39 98 01 23', null, '+33639980123'],
    ['\u202a+33 6 39 98 01 23\u202c', null, '+33639980123'],
    ['\u200e07700\u00ad900123\u2069', 'GB', '+447700900123'],
    ['07700 900123', 'UK', '+447700900123'],
    ['07700 900123', ' uk ', '+447700900123'],
    ['0 (0)7700900123', 'GB', '+447700900123'],
    ['0(0)7700 900123', 'GB', '+447700900123'],
    ['00 44 (0)7700 900123', null, '+447700900123'],
    ['011 44 (0)7700 900123', 'US', '+447700900123'],
    ['(00) 44 7700 900123', 'US', '+447700900123'],
    ['00-44-7700-900123', null, '+447700900123'],
    ['+52 1 55 1234 5678', null, '+525512345678'],
    ['0052 1 55 1234 5678', 'GB', '+525512345678'],
    ['1 55 1234 5678', 'MX', '+525512345678'],
    ['+52 55 1234 5678', null, '+525512345678'],
    ['55 1234 5678', 'MX', '+525512345678'],
  ])('%j in %s becomes %s', (written, country, e164) => {
    expect(normalisePhone(written, country)).toEqual({ kind: 'valid', e164 });
  });

  it.each([
    ['', 'US'],
    ['unknown', 'US'],
    ['12345', 'US'],
    ['+1 555 0100', null],
    ['123 555 0100', 'US'],
    ['212 155 0100', 'US'],
    ['+1 212 555 01000', null],
    ['+44 7700', null],
    ['+0 212 555 0100', null],
    ['+998123456789012345', null],
    ['+9981', null],
    ['00000000000', null],
    ['0 07700 900123', 'GB'],
    ['+52 2 55 1234 5678', null],
    ['\u200e', 'GB'],
    ['06 39 98 01', 'FR'],
    ['212-555-0100; DROP TABLE', 'US'],
    ['+1+2125550100', null],
    ['1'.repeat(10_000), 'US'],
  ])('%j in %s is refused', (written, country) => {
    expect(normalisePhone(written, country)).toEqual({ kind: 'invalid' });
  });

  it.each([
    ['07700 900123', null],
    ['07700 900123', 'XX'],
    ['07700 900123', ''],
  ])('%j in %j needs a country', (written, country) => {
    expect(normalisePhone(written, country)).toEqual({ kind: 'unknownCountry' });
  });

  it.each([
    ['0)0000', 'AT'],
    ['+43 00000', null],
    ['+44 0 07700 9001', null],
  ])('%j in %j has a zero left behind its trunk zero, which no number begins with', (written, country) => {
    expect(normalisePhone(written, country)).toEqual({ kind: 'invalid' });
  });

  it('is E.164 or refused, and the same after a second time, whatever was written', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789 -().+/x'), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(digits, fc.string()), fc.constantFrom('US', 'GB', 'IT', 'JP', 'AT', 'MX', null), (written, country) => {
        const once = normalisePhone(written, country);
        if (once.kind !== 'valid') return;
        expect(once.e164).toMatch(/^\+[1-9]\d{5,14}$/);
        expect(normalisePhone(once.e164, null)).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });
});
