// The harness itself: what goes wrong in a consumer test must reach whoever reads its failure, and no pact is kept then.
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { pactsDirectory } from './keep-pact.ts';
import { interactionKey, normalisePact } from './normalise-pact.ts';
import { pactChanges } from './pact-changes.ts';
import { createPactRecorder, type RecordedInteraction } from './pact-recorder.ts';

const participants = { consumer: 'example-consumer', provider: 'example-provider' };
// Made outside of the tests: a recorder's directory goes at the end of the file.
const misfits = createPactRecorder(participants);
const notSent = createPactRecorder(participants);
const throwing = createPactRecorder(participants);
const unknown = createPactRecorder(participants);
const doubles = createPactRecorder(participants);
const nothing = createPactRecorder(participants);

function interaction(description: string): RecordedInteraction {
  return {
    description,
    request: { method: 'POST', path: '/records', headers: { 'Content-Type': 'application/json' }, body: { json: { count: 3 } } },
    response: { status: 200, body: { json: { stored: true } } },
  };
}

async function post(mockUrl: string, body: string): Promise<Response> {
  return fetch(`${mockUrl}/records`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

afterEach(() => vi.unstubAllEnvs());

test('what did not fit is in the failure, also where the test failed by itself', async () => {
  const failure = misfits.record(interaction('sends four records'), async (mockUrl) => {
    const { status } = await post(mockUrl, '{"count":4}');
    expect(status).toBe(200);
  });
  await expect(failure).rejects.toThrow(/\$\.count.*Expected 4 .* to be equal to 3[\s\S]*and the test: expected 500 to be 200/);
  await expect(misfits.finish()).rejects.toThrow('1 of 1 interactions failed: the pact is neither written nor compared');
});

test('a request that was not sent is a failure', async () => {
  await expect(notSent.record(interaction('sends nothing'), async () => {})).rejects.toThrow('expected but not received');
});

test('what the test itself throws comes through as it is', async () => {
  const thrown = new TypeError('of the test');
  const failure = throwing.record(interaction('sends three records'), async (mockUrl) => {
    await post(mockUrl, '{"count":3}');
    throw thrown;
  });
  await expect(failure).rejects.toBe(thrown);
  await expect(throwing.finish()).rejects.toThrow('1 of 1 interactions failed');
});

test('a second interaction of the same name is refused, where Pact would replace the first', async () => {
  const send = async (mockUrl: string) => void (await post(mockUrl, '{"count":3}'));
  await doubles.record(interaction('sends three records'), send);
  await expect(doubles.record(interaction('sends three records'), send)).rejects.toThrow(
    'two tests record "sends three records" with the same states',
  );
  await doubles.record({ ...interaction('sends three records'), states: ['a subscription is active'] }, send);
});

test('a pact that is not committed is a failure that says what it has and how to keep it', async () => {
  vi.stubEnv('AIRLOCK_PACTS', undefined);
  await unknown.record(interaction('sends three records'), async (mockUrl) => void (await post(mockUrl, '{"count":3}')));
  const failure = unknown.finish();
  await expect(failure).rejects.toThrow(
    /example-consumer-example-provider\.json is not there:\n {2}new +sends three records\nnpm run contracts writes it/,
  );
});

test('what changed is told as breaking or compatible', async () => {
  const name = 'customer-init-partner-token.json';
  const committed = await readFile(new URL(name, pactsDirectory), 'utf8');
  expect(pactChanges(committed, committed, name)).toEqual([]);
  const renamed = committed.replaceAll('"expiresAt"', '"endsAt"').replaceAll('$.expiresAt', '$.endsAt');
  expect(pactChanges(committed, renamed, name).join('\n')).toMatch(/^breaking .*asks for a token for a subscribed product: .*endsAt/m);
  const compact = JSON.stringify(JSON.parse(committed));
  expect(pactChanges(committed, compact, name)).toEqual(['compatible  the file is written differently, and says the same']);
  expect(pactChanges('{"consumer":', committed, name)).toEqual([
    expect.stringMatching(/^breaking .*nothing could be compared: .*as committed/),
  ]);
});

test('a file that records nothing is refused', async () => {
  await expect(nothing.finish()).rejects.toThrow('no test has recorded an interaction');
});

test('the text of a pact depends on the order of the tests and on nothing else', () => {
  const parts = { consumer: { name: 'a' }, provider: { name: 'b' } };
  const first = { description: 'first', providerStates: [{ name: 'a subscription is active' }] };
  const second = { description: 'second' };
  const order = [interactionKey('first', [{ name: 'a subscription is active' }]), interactionKey('second', [])];
  const pactSpecification = { version: '4.0' };
  const texts = [
    normalisePact({ ...parts, interactions: [second, first], metadata: { pactRust: { ffi: '1' }, pactSpecification } }, order),
    normalisePact({ metadata: { pactSpecification, 'pact-js': { version: '2' } }, interactions: [first, second], ...parts }, order),
  ];
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).toMatch(/^\{\n {2}"consumer"[\s\S]*first[\s\S]*second[\s\S]*\}\n$/);
  expect(texts[0]).not.toContain('pactRust');
  expect(() => normalisePact({ ...parts, interactions: [first], metadata: {} }, order)).toThrow('Pact has lost an interaction');
});
