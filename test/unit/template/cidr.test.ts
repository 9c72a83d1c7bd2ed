import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrBlocks } from '../../../emulator/template/cidr.ts';

describe('Fn::Cidr', () => {
  it.each([
    ['10.0.0.0/16', 2, 8, ['10.0.0.0/24', '10.0.1.0/24']],
    [
      '192.168.0.0/24',
      6,
      5,
      ['192.168.0.0/27', '192.168.0.32/27', '192.168.0.64/27', '192.168.0.96/27', '192.168.0.128/27', '192.168.0.160/27'],
    ],
    ['10.1.2.3/16', 1, 8, ['10.1.0.0/24']],
    ['2001:db8::/56', 2, 64, ['2001:db8::/64', '2001:db8:0:1::/64']],
  ])('cuts %s into %i blocks of %i bits', (block, count, bits, expected) => {
    expect(cidrBlocks(block, count, bits)).toEqual(expected);
  });

  it.each([
    ['10.0.0.0', 1, 8],
    ['10.0.0.0/33', 1, 8],
    ['300.0.0.0/8', 1, 8],
    ['10.0.0.0/24', 2, 8],
    ['10.0.0.0/16', 0, 8],
    ['10.0.0.0/16', 257, 8],
    ['10.0.0.0/16', 1, 0],
    ['10.0.0.0/16', Number.NaN, 8],
  ])('says why %s cannot be cut into %d blocks of %d bits', (block, count, bits) => {
    expect(typeof cidrBlocks(block, count, bits)).toBe('string');
  });

  it('gives blocks that follow each other without a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 4, max: 12 }), (count, bits) => {
        const blocks = cidrBlocks('10.0.0.0/8', count, bits);
        const starts =
          typeof blocks === 'string'
            ? []
            : blocks.map(
                (block) =>
                  block
                    .split('/')[0]
                    ?.split('.')
                    .reduce((sum, part) => sum * 256 + Number(part), 0) ?? 0,
              );
        expect(starts).toEqual(Array.from({ length: count }, (_, index) => 10 * 2 ** 24 + index * 2 ** bits));
      }),
    );
  });
});
