import { describe, expect, it } from 'vitest';
import { decideDeployment } from '../../../../contracts/results/decide-deployment.ts';
import { withShippedPairs } from '../../../../contracts/results/known-pairs.ts';
import type { PairRecords, VerificationResult } from '../../../../contracts/results/result-records.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const good = { description: 'the token is given', providerStates: [], ok: true, mismatches: [] };
const bad = {
  description: 'the ended subscription',
  providerStates: ['it has ended'],
  ok: false,
  mismatches: ['status: expected 403 but was 200'],
};
const passed = (pactSha256: string): VerificationResult => ({ pactSha256, ok: true, interactions: [good] });
const broken = (pactSha256: string): VerificationResult => ({ pactSha256, ok: false, interactions: [good, bad] });

interface Recorded {
  readonly consumer?: string;
  readonly provider?: string;
  readonly versions?: Record<string, string>;
  readonly verified?: Record<string, readonly VerificationResult[]>;
}

function pair({ consumer = 'init', provider = 'token', versions = {}, verified = {} }: Recorded): PairRecords {
  return {
    consumer,
    provider,
    versions: Object.entries(versions).map(([version, pactSha256]) => ({ version, pactSha256 })),
    verifications: Object.entries(verified).map(([providerVersion, results]) => ({
      schema: 1,
      consumer,
      provider,
      providerVersion,
      results,
    })),
  };
}

const ask = (pairs: readonly PairRecords[], name: string, version: string, counterparts: Record<string, string> = {}) =>
  decideDeployment(pairs, { participant: name, version, counterparts: new Map(Object.entries(counterparts)) });

interface Case {
  readonly what: string;
  readonly recorded: Recorded;
  readonly who: [string, string];
  readonly counterparts?: Record<string, string>;
  readonly verified: 'yes' | 'failed' | 'unknown';
  readonly mend?: string;
}

const cases: readonly Case[] = [
  {
    what: 'a consumer whose contract the newest provider keeps',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(a)] } },
    who: ['init', '1.0.0'],
    verified: 'yes',
  },
  {
    what: 'a provider that keeps the contract of the newest consumer',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(a)] } },
    who: ['token', '2.0.0'],
    verified: 'yes',
  },
  {
    what: 'a version published with the content of another',
    recorded: { versions: { '1.0.0': a, '1.1.0': a }, verified: { '2.0.0': [passed(a)] } },
    who: ['init', '1.1.0'],
    verified: 'yes',
  },
  {
    what: 'nothing recorded',
    recorded: {},
    who: ['init', '1.0.0'],
    verified: 'unknown',
    mend: 'airlock contract publish --version 1.0.0 --pact <file>',
  },
  {
    what: 'nothing published',
    recorded: { verified: { '2.0.0': [passed(a)] } },
    who: ['token', '2.0.0'],
    verified: 'unknown',
    mend: 'airlock contract publish --version <its version> --pact <file>',
  },
  {
    what: 'an unknown version of the consumer',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(a)] } },
    who: ['init', '9.9.9'],
    verified: 'unknown',
    mend: 'airlock contract publish --version 9.9.9 --pact <file>',
  },
  {
    what: 'an unknown version of the provider',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(a)] } },
    who: ['token', '9.9.9'],
    verified: 'unknown',
  },
  {
    what: 'nothing verified',
    recorded: { versions: { '1.0.0': a } },
    who: ['init', '1.0.0'],
    verified: 'unknown',
  },
  {
    what: 'another content verified',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(b)] } },
    who: ['init', '1.0.0'],
    verified: 'unknown',
  },
  {
    what: 'a failed verification',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [broken(a)] } },
    who: ['init', '1.0.0'],
    verified: 'failed',
  },
  {
    what: 'a failed one beside a passed one of another content',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(b), broken(a)] } },
    who: ['token', '2.0.0'],
    verified: 'failed',
  },
  {
    what: 'a result without an interaction',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [{ ...passed(a), interactions: [] }] } },
    who: ['token', '2.0.0'],
    verified: 'failed',
  },
  {
    what: 'a newest provider that fails, the one before it passed',
    recorded: { versions: { '1.0.0': a }, verified: { '2.9.0': [passed(a)], '2.10.0': [broken(a)] } },
    who: ['init', '1.0.0'],
    verified: 'failed',
  },
  {
    what: 'the same with the one before it named',
    recorded: { versions: { '1.0.0': a }, verified: { '2.9.0': [passed(a)], '2.10.0': [broken(a)] } },
    who: ['init', '1.0.0'],
    counterparts: { token: '2.9.0' },
    verified: 'yes',
  },
  {
    what: 'a newer consumer whose contract was not verified',
    recorded: { versions: { '1.9.0': a, '1.10.0': b }, verified: { '2.0.0': [passed(a)] } },
    who: ['token', '2.0.0'],
    verified: 'unknown',
  },
  {
    what: 'the same with the consumer in production named',
    recorded: { versions: { '1.9.0': a, '1.10.0': b }, verified: { '2.0.0': [passed(a)] } },
    who: ['token', '2.0.0'],
    counterparts: { init: '1.9.0' },
    verified: 'yes',
  },
  {
    what: 'a named counterpart that nothing is recorded about',
    recorded: { versions: { '1.0.0': a }, verified: { '2.0.0': [passed(a)] } },
    who: ['init', '1.0.0'],
    counterparts: { token: '7' },
    verified: 'unknown',
  },
  {
    what: 'providers named by commits, of which none is the newest',
    recorded: { versions: { '1.0.0': a }, verified: { aaa1: [passed(a)], bbb2: [passed(a)] } },
    who: ['init', '1.0.0'],
    verified: 'unknown',
    mend: '--with token=<version>',
  },
  {
    what: 'consumers named by commits: the last published counts',
    recorded: { versions: { fff9: b, aaa1: a }, verified: { '2.0.0': [passed(a)] } },
    who: ['token', '2.0.0'],
    verified: 'yes',
  },
];

describe('may this version be deployed?', () => {
  it.each(cases)('$what: $verified', ({ recorded, who: [name, version], counterparts, verified, mend }) => {
    const decision = ask([pair(recorded)], name, version, counterparts);
    expect(decision.rows.map((row) => row.verified)).toEqual([verified]);
    expect(decision.deployable).toBe(verified === 'yes');
    if (mend !== undefined) expect(decision.rows[0]?.mend).toBe(mend);
    if (verified !== 'yes') expect(decision.rows[0]?.problem).toMatch(/\w/);
  });

  it('needs every contract of the participant, on both sides', () => {
    const kept = pair({ versions: { '1.0.0': a }, verified: { '2.0.0': [passed(a)] } });
    const other = { consumer: 'init', provider: 'other' };
    const upstream = { consumer: 'app', provider: 'init' };
    expect(ask([kept], 'init', '1.0.0').deployable).toBe(true);
    expect(ask([kept, pair(other)], 'init', '1.0.0').deployable).toBe(false);
    expect(ask([kept, pair(upstream)], 'init', '1.0.0').deployable).toBe(false);
    const verifiedUpstream = pair({ ...upstream, versions: { '3.0.0': b }, verified: { '1.0.0': [passed(b)] } });
    expect(ask([kept, verifiedUpstream], 'init', '1.0.0').deployable).toBe(true);
  });

  it('takes for the newest provider the newest that anything is recorded about, with whomever', () => {
    const kept = pair({ versions: { '1.0.0': a }, verified: { '1.0.0': [passed(a)] } });
    const other = pair({ consumer: 'app', versions: { '1.0.0': b }, verified: { '2.0.0': [passed(b)] } });
    expect(ask([kept], 'init', '1.0.0').deployable).toBe(true);
    const { deployable, rows } = ask([kept, other], 'init', '1.0.0');
    expect(deployable).toBe(false);
    expect(rows).toMatchObject([{ providerVersion: '2.0.0', verified: 'unknown' }]);
    expect(ask([kept, other], 'init', '1.0.0', { token: '1.0.0' }).deployable).toBe(true);
    const asConsumer = pair({ consumer: 'token', provider: 'store', versions: { '3.0.0': b } });
    expect(ask([kept, asConsumer], 'init', '1.0.0').rows).toMatchObject([{ providerVersion: '3.0.0', verified: 'unknown' }]);
  });

  it('names the same provider once, whoever it was verified with', () => {
    const [one, other] = ['init', 'app'].map((consumer) => pair({ consumer, versions: { '1': a }, verified: { fff9: [passed(a)] } }));
    if (one === undefined || other === undefined) throw new Error('there are two');
    expect(ask([one, other], 'init', '1').deployable).toBe(true);
  });

  it('names the interactions that failed, and what differed', () => {
    const [row] = ask([pair({ versions: { '1.0.0': a }, verified: { '2.0.0': [broken(a)] } })], 'init', '1.0.0').rows;
    expect(row?.failed).toEqual([
      { interaction: 'the ended subscription (it has ended)', mismatches: ['status: expected 403 but was 200'] },
    ]);
  });

  it('knows the contracts that ship before anything is recorded', () => {
    expect(ask(withShippedPairs([]), 'partner-token', '1').deployable).toBe(false);
    expect(withShippedPairs([pair({ consumer: 'customer-init', provider: 'partner-token' })])).toHaveLength(3);
  });

  it('refuses who is part of no contract', () => {
    expect(() => ask([pair({})], 'nobody', '1')).toThrow(expect.objectContaining({ code: 'UNKNOWN_PARTICIPANT' }));
    expect(() => ask([pair({})], 'init', '1', { nobody: '1' })).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
    expect(() => ask([pair({})], 'init', '1', { init: '2' })).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });
});
