import { expect, test } from 'vitest';
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

test('the states that are set choose among the interactions that fit', () => {
  const one = standIn(
    { description: 'refused', states: ['no subscription'], response: { status: 403 } },
    { description: 'thrown', response: { status: 200, headers: { 'X-Amz-Function-Error': ['Unhandled'] } } },
    { description: 'fine', states: ['subscribed'] },
  );
  const chosen = (...states: string[]) => {
    const answer = one.answer(request({}), { ...context, activeStates: new Set(states) });
    return answer.kind === 'answered' ? answer.interaction.description : answer.kind;
  };
  expect(chosen()).toBe('fine');
  expect(chosen('no subscription')).toBe('refused');
  expect(chosen('another')).toBe('fine');
});

test('an error is answered where only an error fits', () => {
  const answer = standIn({ response: { status: 500 } }).answer(request({}), context);
  expect(answer).toMatchObject({ kind: 'answered', status: 500 });
});

test('the same request gets the same answer, another one another', () => {
  const one = standIn({
    request: { ...withBody({ n: 1 }), matchingRules: { body: { '$.n': rules({ match: 'integer' }) } } },
    response: { ...withBody({ id: 'a' }), matchingRules: { body: { '$.id': rules({ match: 'regex', regex: '[a-z]{20}' }) } } },
  });
  const bodyFor = (n: number) => {
    const answer = one.answer(request({ n }), context);
    expect(answer.kind).toBe('answered');
    return answer.body.toString();
  };
  expect(bodyFor(1)).toBe(bodyFor(1));
  expect(bodyFor(1)).not.toBe(bodyFor(2));
});

test('where none fits, the nearest are named with what differs, and nothing of the request is repeated', () => {
  const one = standIn(
    { description: 'another path', request: { path: '/y', ...withBody({ name: 'Ann' }) } },
    { description: 'near', request: withBody({ name: 'Ann', age: 3 }), states: ['ready'] },
    { description: 'third', request: { method: 'GET' } },
    { description: 'fourth', request: { method: 'GET', path: '/z' } },
  );
  const answer = one.answer(request({ name: 'SECRET-NAME', 'SECRET-KEY': 'SECRET-VALUE' }), context);
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
