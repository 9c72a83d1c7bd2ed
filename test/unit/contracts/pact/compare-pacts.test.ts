import { describe, expect, test } from 'vitest';
import { comparePacts } from '../../../../contracts/pact/compare-pacts.ts';
import { readPact } from '../../../../contracts/pact/read-pact.ts';
import { jsonBody, type PactParts, pactText, rules } from './pact-text.ts';

const pact = (...interactions: readonly PactParts[]) => readPact(pactText(...interactions), 'test');
const response = (content: unknown, body: object = {}, more: object = {}): PactParts => ({
  response: { body: jsonBody(content), matchingRules: { body }, ...more },
});
const request = (parts: object): PactParts => ({ request: parts });
const type = { '$.a': rules({ match: 'type' }) };

describe('one change, one line', () => {
  test.each<[string, PactParts, PactParts, string[]]>([
    ['nothing', response({ a: 1 }), response({ a: 1 }), []],
    [
      'a field that goes',
      response({ a: 1, expiresAt: 'x' }),
      response({ a: 1 }),
      ['compatible: response body $.expiresAt is no longer expected'],
    ],
    ['a field that comes', response({ a: 1 }), response({ a: 1, b: 2 }), ['breaking: response body $.b is now expected']],
    ['a fixed value', response({ a: 1 }), response({ a: 2 }), ['breaking: response body $.a must now be 2 instead of 1']],
    [
      'an example',
      response({ a: 1 }, type),
      response({ a: 2 }, type),
      ['compatible: response body $.a has another example under the same rule'],
    ],
    [
      'a rule that comes',
      response({ a: 1 }),
      response({ a: 1 }, type),
      ['compatible: response body $.a is now checked by type instead of exactly the example'],
    ],
    [
      'a rule that goes',
      response({ a: 1 }, type),
      response({ a: 1 }),
      ['breaking: response body $.a is now checked by exactly the example instead of type'],
    ],
    [
      'a regex',
      response({ a: 'x' }, { '$.a': rules({ match: 'regex', regex: 'x' }) }),
      response({ a: 'x' }, { '$.a': rules({ match: 'regex', regex: 'x|y' }) }),
      ['breaking: response body $.a is now checked by regex "x|y" instead of regex "x"'],
    ],
    [
      'integer to number',
      response({ a: 1 }, { '$.a': rules({ match: 'integer' }) }),
      response({ a: 1 }, { '$.a': rules({ match: 'number' }) }),
      ['compatible: response body $.a is now checked by number instead of integer'],
    ],
    [
      'a smaller min',
      response({ a: [1] }, { '$.a': rules({ match: 'type', min: 2 }) }),
      response({ a: [1] }, { '$.a': rules({ match: 'type', min: 1 }) }),
      ['compatible: response body $.a is now checked by type min 1 instead of type min 2'],
    ],
    ['the status', response({}), response({}, {}, { status: 201 }), ['breaking: response status must now be 201 instead of 200']],
    [
      'a header that comes',
      response({}),
      response({}, {}, { headers: { 'X-A': ['1'] } }),
      ['breaking: response header x-a is now expected'],
    ],
    ['the method', request({}), request({ method: 'PUT' }), ['breaking: request method is now PUT instead of POST']],
    ['a request header', request({}), request({ headers: { A: ['1'] } }), ['breaking: request header a is now sent']],
    [
      'a request field',
      request({ body: jsonBody({ a: 1 }) }),
      request({ body: jsonBody({ a: 1, b: 1 }) }),
      ['breaking: request body $.b is now sent'],
    ],
    ['the states', {}, { states: ['ready'] }, ['breaking: now needs the provider state "ready"']],
    [
      'the list of elements',
      response({ a: [1] }),
      response({ a: [1, 2] }),
      ['breaking: response body $.a must now have 2 elements instead of 1'],
    ],
  ])('%s', (_, before, after, lines) => {
    expect(comparePacts(pact(before), pact(after)).map(({ effect, what }) => `${effect}: ${what}`)).toEqual(lines);
  });
});

test('interactions come and go', () => {
  expect(comparePacts(pact({ description: 'a' }, { description: 'b' }), pact({ description: 'a' }, { description: 'c' }))).toEqual([
    { effect: 'breaking', interaction: 'c', what: 'is a new interaction' },
    { effect: 'compatible', interaction: 'b', what: 'is no longer part of the contract' },
  ]);
});

test('interactions of one description are told apart by their states', () => {
  const changes = comparePacts(pact({}), pact({}, { states: ['ready'] }));
  expect(changes).toEqual([{ effect: 'breaking', interaction: 'a request (the provider state "ready")', what: 'is a new interaction' }]);
});
