import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerAlias } from '../../../lambdas/partner-token/caller-alias.ts';
import { decide } from '../../../lambdas/partner-token/decide.ts';
import { parseSubscription, type Subscription } from '../../../lambdas/partner-token/parse-subscription.ts';
import { readLifetimeSeconds } from '../../../lambdas/partner-token/read-lifetime.ts';

const self = { accountId: '111111111111', region: 'us-east-1', functionName: 'airlock-partner-token' };
const alias = 's-k3v9x2m7q4ta';
const own = `arn:aws:lambda:us-east-1:111111111111:function:airlock-partner-token`;

const arns: readonly (readonly [name: string, arn: string, alias: string | null])[] = [
  ['its own alias', `${own}:${alias}`, alias],
  ['another partition', `${own.replace('arn:aws:', 'arn:aws-us-gov:')}:${alias}`, alias],
  ['no qualifier', own, null],
  ['$LATEST', `${own}:$LATEST`, null],
  ['a version', `${own}:7`, null],
  ['an account number', `${own}:222222222222`, null],
  ['an alias of another kind', `${own}:live`, null],
  ['an alias that is too short', `${own}:s-short`, null],
  ['upper case', `${own}:S-K3V9X2M7Q4TA`, null],
  ['something behind the alias', `${own}:${alias}:x`, null],
  ['a line break behind the alias', `${own}:${alias}\n`, null],
  ['another account', `${own.replace('1'.repeat(12), '3'.repeat(12))}:${alias}`, null],
  ['another Region', `${own.replace('us-east-1', 'eu-west-1')}:${alias}`, null],
  ['another function', `${own}2:${alias}`, null],
  ['something in front', `x${own}:${alias}`, null],
  ['another service', `${own.replace(':lambda:', ':states:')}:${alias}`, null],
  ['nothing', '', null],
];

const record = { aliasId: alias, accountId: '222222222222', status: 'active', productCodes: ['airlock-identity'], endsAt: null };
const now = Date.UTC(2026, 10, 22, 12);
const issuedAt = now / 1_000;

describe('the caller', () => {
  it.each(arns)('is known by %s', (_name, arn, expected) => {
    expect(callerAlias(arn, self)).toBe(expected);
  });
});

describe('a subscription record', () => {
  it('is read', () => {
    expect(parseSubscription(JSON.stringify({ ...record, endsAt: '2027-01-01T00:00:00Z' }), alias)).toEqual({
      aliasId: alias,
      accountId: '222222222222',
      status: 'active',
      productCodes: ['airlock-identity'],
      endsAtMs: Date.UTC(2027, 0, 1),
    });
    const { endsAt: _, ...withoutEnd } = record;
    expect(parseSubscription(JSON.stringify(withoutEnd), alias)?.endsAtMs).toBeNull();
  });

  const broken: readonly (readonly [name: string, text: string])[] = [
    ['no JSON', '{'],
    ['null', 'null'],
    ['another alias', JSON.stringify({ ...record, aliasId: 's-000000000000' })],
    ['no account', JSON.stringify({ ...record, accountId: 222222222222 })],
    ['an account too short', JSON.stringify({ ...record, accountId: '22222222222' })],
    ['a status that is not known', JSON.stringify({ ...record, status: 'paused' })],
    ['no products', JSON.stringify({ ...record, productCodes: 'airlock-identity' })],
    ['products that are no text', JSON.stringify({ ...record, productCodes: [1] })],
    ['an end that is no time', JSON.stringify({ ...record, endsAt: 'never' })],
    ['an end on a day that does not exist', JSON.stringify({ ...record, endsAt: '2026-13-45T00:00:00Z' })],
    ['an end as a number', JSON.stringify({ ...record, endsAt: 0 })],
  ];
  it.each(broken)('is no record with %s', (_name, text) => {
    expect(parseSubscription(text, alias)).toBeNull();
  });
});

describe('the decision', () => {
  const active: Subscription = {
    aliasId: alias,
    accountId: '222222222222',
    status: 'active',
    productCodes: ['airlock-identity'],
    endsAtMs: null,
  };
  const ask = (subscription: Subscription | null, productCode = 'airlock-identity') =>
    decide(subscription, { productCode, issuedAt, lifetimeSeconds: 900 });

  it('gives a token of the whole lifetime to an active subscription', () => {
    expect(ask(active)).toEqual({ ok: true, accountId: '222222222222', expiresAt: issuedAt + 900 });
  });
  it('lets no token outlive the subscription', () => {
    expect(ask({ ...active, endsAtMs: now + 60_500 })).toEqual({ ok: true, accountId: '222222222222', expiresAt: issuedAt + 60 });
  });
  it.each([
    ['no record', null, 'airlock-identity', 'SUBSCRIPTION_NOT_FOUND'],
    ['an ended one', { ...active, status: 'ended' as const }, 'airlock-identity', 'SUBSCRIPTION_ENDED'],
    ['one past its end', { ...active, endsAtMs: now - 1 }, 'airlock-identity', 'SUBSCRIPTION_ENDED'],
    ['one that ends this second', { ...active, endsAtMs: now + 999 }, 'airlock-identity', 'SUBSCRIPTION_ENDED'],
    ['another product', active, 'other', 'PRODUCT_NOT_SUBSCRIBED'],
  ])('refuses %s', (_name, subscription, productCode, reason) => {
    expect(ask(subscription, productCode)).toEqual({ ok: false, reason });
  });

  it('never gives more than the lifetime, nor a token that has ended', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 10_000_000 }), fc.integer({ min: 60, max: 900 }), (untilEndMs, lifetimeSeconds) => {
        const decision = decide({ ...active, endsAtMs: now + untilEndMs }, { productCode: 'airlock-identity', issuedAt, lifetimeSeconds });
        if (!decision.ok) {
          expect(untilEndMs).toBeLessThan(1_000);
          return;
        }
        expect(decision.expiresAt).toBeGreaterThan(issuedAt);
        expect(decision.expiresAt).toBeLessThanOrEqual(issuedAt + lifetimeSeconds);
        expect(decision.expiresAt * 1_000).toBeLessThanOrEqual(now + untilEndMs);
      }),
    );
  });
});

describe('the lifetime setting', () => {
  it('has a ceiling of 900 seconds, which is also the default', () => {
    expect([undefined, '', '60', '900'].map(readLifetimeSeconds)).toEqual([900, 900, 60, 900]);
    for (const value of ['901', '59', '0', '-1', '1.5', 'x', 'Infinity']) expect(() => readLifetimeSeconds(value)).toThrow(RangeError);
  });
});
