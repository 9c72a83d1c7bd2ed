import { describe, expect, it } from 'vitest';
import { pactFingerprint } from '../../../../contracts/results/pact-fingerprint.ts';

const interaction = (description: string, more: object = {}) => ({
  description,
  request: { method: 'GET', path: '/a' },
  response: { status: 200, body: { content: { b: 1, a: [1, 2] } } },
  ...more,
});
const pact = {
  consumer: { name: 'app' },
  provider: { name: 'api' },
  interactions: [interaction('one'), interaction('two')],
  metadata: { pactSpecification: { version: '4.0' }, pactRust: { ffi: '0.4.1' }, 'pact-js': { version: '17.1.4' } },
};
const original = pactFingerprint(JSON.stringify(pact));

describe('the fingerprint of a pact', () => {
  it.each<[string, string]>([
    ['layout', JSON.stringify(pact, null, 2)],
    ['a byte order mark', `\uFEFF${JSON.stringify(pact)}`],
    ['the order of interactions', JSON.stringify({ ...pact, interactions: pact.interactions.toReversed() })],
    ['the order of keys', JSON.stringify(pact).replace('"b":1,"a":[1,2]', '"a":[1,2],"b":1')],
    ['the library that wrote it', JSON.stringify({ ...pact, metadata: { pactSpecification: { version: '4.0' }, pactRust: { ffi: '9' } } })],
    ['the spelling of the specification', JSON.stringify({ ...pact, metadata: { 'pact-specification': { version: '4.0' } } })],
    [
      'what a broker adds',
      JSON.stringify({
        ...pact,
        _links: { self: {} },
        createdAt: 'now',
        interactions: pact.interactions.map((each) => ({ _id: 'x', ...each })),
      }),
    ],
  ])('does not depend on %s', (_what, text) => {
    expect(pactFingerprint(text)).toBe(original);
  });

  it.each<[string, string]>([
    ['the consumer', JSON.stringify({ ...pact, consumer: { name: 'other' } })],
    ['the specification', JSON.stringify({ ...pact, metadata: { pactSpecification: { version: '3.0.0' } } })],
    ['a lost interaction', JSON.stringify({ ...pact, interactions: [interaction('one')] })],
    ['a state', JSON.stringify({ ...pact, interactions: [interaction('one', { providerStates: [{ name: 's' }] }), interaction('two')] })],
    ['pending', JSON.stringify({ ...pact, interactions: [interaction('one', { pending: true }), interaction('two')] })],
    ['the order of an array', JSON.stringify(pact).replaceAll('[1,2]', '[2,1]')],
    ['1 in place of 1.0', JSON.stringify(pact).replaceAll('"b":1', '"b":1.0')],
  ])('depends on %s', (_what, text) => {
    expect(pactFingerprint(text)).not.toBe(original);
  });

  it('does not take a number for any other value', () => {
    const of = (body: string) => pactFingerprint(JSON.stringify(pact).replaceAll('{"b":1,"a":[1,2]}', body));
    const bodies = ['{"x":5}', '{"x":"5"}', '{"x":{"number":"5"}}', '{"x":5.0}', '{"x":{"rawJSON":"5"}}', '{"x":{"rawJSON":"5.0"}}'];
    expect(new Set(bodies.map(of)).size).toBe(bodies.length);
  });

  it('is refused to what is no pact', () => {
    expect(() => pactFingerprint('{')).toThrow(expect.objectContaining({ code: 'PACT_DAMAGED' }));
    expect(() => pactFingerprint('[]')).toThrow(expect.objectContaining({ code: 'PACT_DAMAGED' }));
  });
});
