import { createSecretKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { identifierKey, loadArtifact } from '../../../model-stub/artifact.ts';
import { createIdentityModel } from '../../../model-stub/identity-model.ts';

const graphKey = createSecretKey(Buffer.alloc(32, 1));
const ada = { email: 'ada@example.com', phone: '+12125550100' };
const ben = { email: 'ben@example.com', phone: '+12125550101' };
const entries = (node: string, { email, phone }: typeof ada) => [
  [identifierKey(graphKey, 'email', email), node] as const,
  [identifierKey(graphKey, 'phone', phone), node] as const,
];
const artifact = {
  modelVersion: '1',
  customerScope: 'customer-a',
  personKey: createSecretKey(Buffer.alloc(32, 2)),
  graphKey,
  graph: new Map([...entries('aaaa', ada), ...entries('bbbb', ben)]),
};
const model = createIdentityModel(artifact);
const newEmail = 'new@example.com';
const newPhone = '+12125550199';

describe('the identity model', () => {
  it.each([
    ['both agree', ada, 0.995, ['email', 'phone'], null],
    ['e-mail only', { email: ada.email }, 0.95, ['email'], null],
    ['phone only', { phone: ada.phone }, 0.9, ['phone'], null],
    ['phone in national form', { phone: '(212) 555-0100', country: 'US' }, 0.9, ['phone'], null],
    ['known e-mail, new phone', { email: ada.email, phone: newPhone }, 0.93, ['email'], null],
    ['new e-mail, known phone', { email: newEmail, phone: ada.phone }, 0.86, ['phone'], null],
    ['known e-mail, broken phone', { email: ada.email, phone: '1' }, 0.95, ['email'], 'UNKNOWN_COUNTRY'],
    ['known e-mail, impossible phone', { email: ada.email, phone: '1', country: 'US' }, 0.95, ['email'], 'INVALID_PHONE'],
    ['broken e-mail, known phone', { email: 'x', phone: ada.phone }, 0.9, ['phone'], 'INVALID_EMAIL'],
    ['two people', { email: ada.email, phone: ben.phone }, 0.55, ['email'], 'CONFLICTING_IDENTIFIERS'],
    ['empty phone', { email: ada.email, phone: ' ' }, 0.95, ['email'], null],
    ['null phone', { email: ada.email, phone: null }, 0.95, ['email'], null],
    ['phone of another type', { email: ada.email, phone: 12125550100 }, 0.95, ['email'], 'INVALID_PHONE'],
  ])('%s: finds the person, with its own confidence', (_, record, confidence, matchedOn, reason) => {
    expect(model.resolve({ id: 'r1', ...record })).toEqual({
      id: 'r1',
      personId: model.resolve(ada).personId,
      confidence,
      matchedOn,
      reason,
    });
  });

  it.each([
    ['new e-mail', { email: newEmail }, 0.6, 'NOT_IN_GRAPH'],
    ['new e-mail and phone', { email: newEmail, phone: newPhone }, 0.6, 'NOT_IN_GRAPH'],
    ['new e-mail, broken phone', { email: newEmail, phone: 'x', country: 'US' }, 0.6, 'INVALID_PHONE'],
    ['new phone', { phone: newPhone }, 0.5, 'NOT_IN_GRAPH'],
  ])('%s: makes an id of the identifier', (_, record, confidence, reason) => {
    expect(model.resolve(record)).toEqual({
      id: null,
      personId: expect.stringMatching(/^prs_[\w-]{32}$/),
      confidence,
      matchedOn: [],
      reason,
    });
  });

  it.each([
    ['nothing', {}, 'NO_IDENTIFIER'],
    ['empty fields', { email: '', phone: '  ' }, 'NO_IDENTIFIER'],
    ['a broken e-mail', { email: 'x' }, 'INVALID_EMAIL'],
    ['a broken phone', { phone: 'x' }, 'INVALID_PHONE'],
    ['a national phone of no country', { phone: '2125550100' }, 'UNKNOWN_COUNTRY'],
    ['two broken identifiers', { email: 'x', phone: 'x' }, 'NO_VALID_IDENTIFIER'],
  ])('%s: gives no id and says why', (_, record, reason) => {
    expect(model.resolve(record)).toEqual({ id: null, personId: null, confidence: 0, matchedOn: [], reason });
  });

  it.each([
    ['c-1', 'c-1'],
    [7, 7],
    [undefined, null],
    [null, null],
    [true, null],
    [{ a: 1 }, null],
  ])('echoes the id %j as %j', (id, echoed) => {
    expect(model.resolve({ id, ...ada }).id).toBe(echoed);
  });

  it('gives two customers ids that cannot be joined, and one customer always the same', () => {
    const records = [ada, { email: newEmail }, { phone: newPhone }];
    const idsIn = (scope: string) => records.map((record) => createIdentityModel(artifact, scope).resolve(record).personId);
    expect(idsIn('customer-a')).toEqual(records.map((record) => model.resolve(record).personId));
    expect(new Set([...idsIn('customer-a'), ...idsIn('customer-b')]).size).toBe(6);
  });

  it('puts no identifier into an id', () => {
    expect(JSON.stringify(model.resolve(ada))).not.toMatch(/ada|example|5550100/);
  });

  it('resolves a record in less than a millisecond', async () => {
    const real = createIdentityModel(await loadArtifact(fileURLToPath(new URL('../../../model-stub/model', import.meta.url))));
    const startedAt = performance.now();
    for (let count = 0; count < 1_000; count += 1)
      real.resolve({ id: count, email: `Person.${count}@example.com`, phone: '+1 212 555 0100' });
    expect((performance.now() - startedAt) / 1_000).toBeLessThan(1);
  });
});
