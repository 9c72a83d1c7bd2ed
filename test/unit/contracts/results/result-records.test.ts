import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkVersion } from '../../../../contracts/results/check-version.ts';
import { parseVerifications, parseVersions } from '../../../../contracts/results/parse-record.ts';
import { kindOfFile, verificationsFileName, versionsFileName } from '../../../../contracts/results/result-records.ts';

const pair = { consumer: 'customer-init', provider: 'partner-token' };

describe('the name of a file of results', () => {
  it.each([
    ['1.4.0', 'customer-init--partner-token--1.4.0.json'],
    ['feat/x', 'customer-init--partner-token--feat%2Fx.json'],
    ['../../x', 'customer-init--partner-token--%2E.%2F..%2Fx.json'],
    ['a--b', 'customer-init--partner-token--a%2D-b.json'],
    ['ü', 'customer-init--partner-token--%C3%BC.json'],
  ])('for version %s is %s', (version, name) => {
    expect(verificationsFileName(pair, version)).toBe(name);
  });

  it('never is the same for two names, and says its kind', () => {
    const part = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.stringMatching(/^[-./%a]{1,6}$/));
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (one, two) => {
        const [first, second] = [one, two].map(([consumer, provider, version]) => verificationsFileName({ consumer, provider }, version));
        expect(first === second).toBe(JSON.stringify(one) === JSON.stringify(two));
        expect(first).toMatch(/^[A-Za-z0-9._%-]+$/);
        expect(kindOfFile(first ?? '')).toBe('verifications');
        expect(kindOfFile(versionsFileName({ consumer: one[0], provider: one[1] }))).toBe('versions');
      }),
    );
  });

  it('is refused where it would be too long', () => {
    expect(() => verificationsFileName(pair, 'ü'.repeat(80))).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });

  it.each(['README.md', '.x--y.versions.json', 'x.json', 'x--y.json'])('%s is none of ours', (name) => {
    expect(kindOfFile(name)).toBeNull();
  });
});

describe('a version', () => {
  it.each(['1.4.0', '9f8e7d6', 'feat/x+1', 'main 2'])('%s is taken', (version) => {
    expect(checkVersion(version)).toBe(version);
  });
  it.each(['', ' 1', '1\n', '\u001b[2J', '1\u20282', '1\u20292', 'x'.repeat(101)])('%j is refused', (version) => {
    expect(() => checkVersion(version)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });
});

const sha = '0'.repeat(64);
const interaction = { description: 'd', providerStates: [], ok: true, mismatches: [] };
const whole = { schema: 1, ...pair, providerVersion: '1', results: [{ pactSha256: sha, ok: true, interactions: [interaction] }] };

const withInteraction = (more: object) => ({
  ...whole,
  results: [{ ...whole.results[0], interactions: [{ ...interaction, ...more }] }],
});

describe('a damaged file of results is named, never skipped', () => {
  it.each<[string, unknown]>([
    ['a newer schema', { ...whole, schema: 2 }],
    ['no provider', { ...whole, provider: undefined }],
    ['results that are no list', { ...whole, results: {} }],
    ['a fingerprint that is none', { ...whole, results: [{ ...whole.results[0], pactSha256: 'x' }] }],
    ['a yes in words', { ...whole, results: [{ ...whole.results[0], ok: 'yes' }] }],
    ['a yes without interactions', { ...whole, results: [{ ...whole.results[0], interactions: [] }] }],
    ['a yes with a failed interaction', { ...whole, results: [{ ...whole.results[0], interactions: [{ ...interaction, ok: false }] }] }],
    ['an interaction that is ok and has mismatches', withInteraction({ mismatches: ['status: expected 200 but was 500'] })],
    ['a control character in a version', { ...whole, providerVersion: '1\u001b[2J' }],
    ['a line separator in a name', { ...whole, consumer: 'customer\u2028init' }],
    ['a paragraph separator in a name', { ...whole, provider: 'partner\u2029token' }],
    ['a contract twice', { ...whole, results: [whole.results[0], whole.results[0]] }],
    ['null', null],
  ])('%s', (_what, content) => {
    const read = () => parseVerifications(JSON.stringify(content), 'dir/x.json');
    expect(read).toThrow(expect.objectContaining({ code: 'RESULTS_DAMAGED', message: expect.stringContaining('dir/x.json: ') }));
  });

  it('a merge conflict is called so', () => {
    expect(() => parseVerifications('{\n<<<<<<< HEAD\n', 'x.json')).toThrow('a merge conflict is left in it');
  });

  it('a version that is there twice', () => {
    const versions = [1, 2].map(() => ({ version: '1', pactSha256: sha }));
    expect(() => parseVersions(JSON.stringify({ schema: 1, ...pair, versions }), 'x.json')).toThrow('a version is there twice');
  });
});
