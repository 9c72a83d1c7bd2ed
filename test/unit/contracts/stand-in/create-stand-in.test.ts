import { expect, onTestFinished, test, vi } from 'vitest';
import { readPact } from '../../../../contracts/pact/read-pact.ts';
import { createStandIn } from '../../../../contracts/stand-in/create-stand-in.ts';
import { jsonBody, type PactParts, pactText, rules } from '../pact/pact-text.ts';

const context = { activeStates: new Set<string>(), now: () => 0, values: {} };
const standIn = (...interactions: readonly PactParts[]) => createStandIn(readPact(pactText(...interactions), 'test'));
const request = (body: unknown, path = '/x') => ({
  method: 'POST',
  path,
  query: '',
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

const withBody = (content: unknown) => ({ body: jsonBody(content) });

test('the states that are set choose among the interactions that fit', async () => {
  const one = standIn(
    { description: 'refused', states: ['no subscription'], response: { status: 403 } },
    { description: 'thrown', response: { status: 200, headers: { 'X-Amz-Function-Error': ['Unhandled'] } } },
    { description: 'fine', states: ['subscribed'] },
  );
  const chosen = async (...states: string[]) => {
    const answer = await one.answer(request({}), { ...context, activeStates: new Set(states) });
    return answer.kind === 'answered' ? answer.interaction.description : answer.kind;
  };
  expect(await chosen()).toBe('fine');
  expect(await chosen('no subscription')).toBe('refused');
  expect(await chosen('another')).toBe('fine');
});

test('an error is answered where only an error fits', async () => {
  const answer = await standIn({ response: { status: 500 } }).answer(request({}), context);
  expect(answer).toMatchObject({ kind: 'answered', status: 500 });
});

test('the same request gets the same answer, another one another', async () => {
  const one = standIn({
    request: { ...withBody({ n: 1 }), matchingRules: { body: { '$.n': rules({ match: 'integer' }) } } },
    response: { ...withBody({ id: 'a' }), matchingRules: { body: { '$.id': rules({ match: 'regex', regex: '[a-z]{20}' }) } } },
  });
  const bodyFor = async (n: number) => {
    const answer = await one.answer(request({ n }), context);
    expect(answer.kind).toBe('answered');
    return answer.body.toString();
  };
  expect(await bodyFor(1)).toBe(await bodyFor(1));
  expect(await bodyFor(1)).not.toBe(await bodyFor(2));
});

test('where none fits, the nearest are named with what differs, and nothing of the request is repeated', async () => {
  const one = standIn(
    { description: 'another path', request: { path: '/y', ...withBody({ name: 'Ann' }) } },
    { description: 'near', request: withBody({ name: 'Ann', age: 3 }), states: ['ready'] },
    { description: 'third', request: { method: 'GET' } },
    { description: 'fourth', request: { method: 'GET', path: '/z' } },
  );
  const answer = await one.answer(request({ name: 'SECRET-NAME', 'SECRET-KEY': 'SECRET-VALUE' }), context);
  if (answer.kind !== 'noneFits') throw new Error('something fits');
  expect(answer.nearest.map(({ interaction }) => interaction.description)).toEqual(['near', 'third', 'another path']);
  const body = JSON.parse(answer.body.toString());
  expect(body.error.code).toBe('NO_INTERACTION_FITS');
  expect(body.error.nearest[0]).toEqual({
    description: 'near',
    states: ['ready'],
    differences: ['body $.age: missing', 'body $: 1 key that the contract does not name', 'body $.name: expected "Ann", got another'],
  });
  expect(answer.body.toString()).not.toContain('SECRET');
});

const neverEnding = () =>
  standIn(
    { description: 'fixed', request: withBody({ a: 'fixed' }) },
    {
      description: 'never ends',
      request: { ...withBody({ a: 'x' }), matchingRules: { body: { '$.a': rules({ match: 'regex', regex: '^(a+)+$' }) } } },
    },
  );
const endless = request({ a: `${'a'.repeat(40)}!` });

test('an expression that never ends is broken off, and its interaction named', async () => {
  const answer = await neverEnding().answer(endless, context);
  if (answer.kind !== 'noneFits') throw new Error('something fits');
  const [near] = JSON.parse(answer.body.toString()).error.nearest;
  expect(near.description).toBe('never ends');
  expect(near.differences).toEqual([expect.stringMatching(/took more than \d+ ms/)]);
  expect(await neverEnding().answer(request({ a: 'aaa' }), context)).toMatchObject({ kind: 'answered' });
});

test('while several such requests wait, timers go on, and who no longer waits costs nothing', async () => {
  const one = neverEnding();
  const gone = AbortSignal.abort(new Error('gone'));
  const start = performance.now();
  const answers = [one.answer(endless, context), one.answer(endless, context), one.answer(endless, { ...context, signal: gone })];
  const gaps: number[] = [];
  let last = start;
  const timer = setInterval(() => {
    gaps.push(performance.now() - last);
    last = performance.now();
  }, 1);
  const settled = await Promise.allSettled(answers);
  clearInterval(timer);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(performance.now() - start).toBeLessThan(2_900);
  expect(Math.max(...gaps)).toBeLessThan(1_500);
});

test('the rules of the answer have the same limit', async () => {
  const response = {
    ...withBody({ a: `${'a'.repeat(40)}!` }),
    matchingRules: { body: { '$.a': rules({ match: 'regex', regex: '^(a+)+$' }) } },
  };
  const answer = await standIn({ response: { ...response, generators: { body: { '$.a': { type: 'RandomString', size: 40 } } } } }).answer(
    request({}),
    context,
  );
  expect(answer.body.toString()).toMatch(/a request.*took more than/);
});

const records = (count: number, more: object) => ({ records: Array.from({ length: count }, () => ({ id: 'c-0001' })), ...more });
const sixty = () =>
  standIn(
    ...Array.from({ length: 60 }, (_, k) => ({
      description: `k is ${k}`,
      request: {
        ...withBody({ records: [{ id: 'x' }], k }),
        matchingRules: { body: { '$.records': rules({ match: 'type', min: 1 }) } },
      },
    })),
  );

test('a large body is parsed once, not for each of sixty interactions', async () => {
  const one = sixty();
  const parse = vi.spyOn(JSON, 'parse');
  onTestFinished(() => parse.mockRestore());
  const answer = await one.answer(request(records(50_000, { k: 59 })), context);
  expect(answer).toMatchObject({ kind: 'answered', interaction: { description: 'k is 59' } });
  expect(parse.mock.calls.filter(([text]) => text.length > 100_000)).toHaveLength(1);
});

test('where none fits a large body, that only the first difference is named is said', async () => {
  const answer = await sixty().answer(request(records(80_000, { k: 'SECRET' })), context);
  const { differences } = JSON.parse(answer.body.toString()).error.nearest[0];
  expect(differences).toEqual([
    'body $.k: expected 0, got a string',
    expect.stringMatching(/^body: only the first difference is named, as the body has \d+ bytes$/),
  ]);
});

test('within a second the same request gets the same moments', async () => {
  const one = standIn({
    response: {
      ...withBody({ at: '2026-01-01T00:00:00.000Z' }),
      generators: { body: { '$.at': { type: 'DateTime', format: "yyyy-MM-dd'T'HH:mm:ss.SSSX" } } },
    },
  });
  const at = async (now: number) => JSON.parse((await one.answer(request({}), { ...context, now: () => now })).body.toString()).at;
  expect(await at(1_234)).toBe('1970-01-01T00:00:01.000Z');
  expect(await at(1_999)).toBe(await at(1_001));
  expect(await at(2_000)).not.toBe(await at(1_999));
});
