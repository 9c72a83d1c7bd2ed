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

const typed = (match: object, path = '$.a') => ({ [path]: rules(match) });
const sent = (content: unknown, body: object = {}, more: object = {}): PactParts =>
  request({ body: jsonBody(content), matchingRules: { body }, ...more });
const stateValue = (name: string, before = '') => ({ type: 'ProviderState', expression: `${before}\${${name}}` });
const path = (more: object) => request({ matchingRules: { path: rules({ match: 'regex', regex: '^/.*$' }) }, ...more });

describe('breaking, because of an answer that fitted', () => {
  test.each<[string, PactParts, PactParts]>([
    [
      'null, which the regex took for text',
      response({ a: null }, typed({ match: 'regex', regex: '^(null|[A-Z]+)$' })),
      response({ a: 'X' }, type),
    ],
    ['a number, which the regex took for text', response({ a: 1 }, typed({ match: 'regex', regex: '^\\d+$' })), response({ a: '1' }, type)],
    ['a number, which includes digits', response({ a: '12' }, typed({ match: 'include', value: '12' })), response({ a: '12' }, type)],
    ['a number below an object that was exact', response({ a: { x: 1 } }), response({ a: { x: 's' } }, type)],
    [
      'elements of another type',
      response({ a: [1] }, typed({ match: 'type', min: 1 })),
      response({ a: ['s'] }, typed({ match: 'type', min: 0 })),
    ],
    [
      'any elements, as the example was empty',
      response({ a: [] }, typed({ match: 'type', min: 0 })),
      response({ a: [{ id: 1 }] }, typed({ match: 'type', min: 0 })),
    ],
    [
      'an object with one key more',
      response({ a: { x: 1, y: 2 } }, typed({ match: 'equality' })),
      response({ a: { x: 1 } }, typed({ match: 'equality' })),
    ],
    // "true" as a text is a boolean to Pact.
    ['the text "true"', response({ a: true }, typed({ match: 'boolean' })), response({ a: true }, type)],
    [
      'a body that only the rule for its type let through',
      response({}, {}, { headers: { 'Content-Type': ['x/y'] }, matchingRules: { header: { 'Content-Type': rules({ match: 'type' }) } } }),
      response({}),
    ],
    ['a value of the provider state', response({ a: 1 }), response({ a: 1 }, {}, { generators: { body: { '$.a': stateValue('a') } } })],
    ['everything, as long as it was pending', { pending: true }, {}],
    ['another path', path({ generators: { path: stateValue('x', '/a/') } }), path({ generators: { path: stateValue('x', '/b/') } })],
    ['the path of the example', path({ generators: { path: stateValue('x', '/a/') } }), path({})],
    [
      'a longer header',
      request({ headers: { A: ['1'] } }),
      request({ headers: { A: ['1'] }, generators: { header: { A: { type: 'RandomString', size: 20 } } } }),
    ],
    ['an element that is sent', sent({ a: [] }, type), sent({ a: [{ x: 1 }] }, type)],
    ['an element of another kind that is sent', sent({ a: [1] }, type), sent({ a: [1, 'x'] }, type)],
    ['another fixed value that is sent', sent({ a: 1 }, typed({ match: 'equality' })), sent({ a: 2 }, typed({ match: 'equality' }))],
  ])('%s', (_, before, after) => {
    expect(comparePacts(pact(before), pact(after)).map(({ effect }) => effect)).toContain('breaking');
  });
});

describe('proved to be compatible', () => {
  test.each<[string, PactParts, PactParts]>([
    [
      'one of two rules goes',
      response({ a: 'x' }, { '$.a': rules({ match: 'type' }, { match: 'regex', regex: '^x' }) }),
      response({ a: 'x' }, type),
    ],
    [
      'a boolean that had to be one in JSON, too',
      response({ a: true }, { '$.a': rules({ match: 'boolean' }, { match: 'type' }) }),
      response({ a: true }, type),
    ],
    ['type to boolean', response({ a: true }, type), response({ a: false }, typed({ match: 'boolean' }))],
    [
      'the regex of a header',
      response({}, {}, { headers: { A: ['1'] }, matchingRules: { header: { A: rules({ match: 'regex', regex: '1' }) } } }),
      response({}, {}, { headers: { A: ['1'] }, matchingRules: { header: { A: rules({ match: 'type' }) } } }),
    ],
    [
      'a generator that no rule looks at',
      response({ a: 'x' }, typed({ match: 'regex', regex: '.' })),
      response({ a: 'x' }, typed({ match: 'regex', regex: '.' }), { generators: { body: { '$.a': { type: 'RandomString', size: 1 } } } }),
    ],
    ['another example that is sent', sent({ a: [1] }, type), sent({ a: [2, 3] }, type)],
    ['it is pending now', {}, { pending: true }],
  ])('%s', (_, before, after) => {
    const effects = comparePacts(pact(before), pact(after)).map(({ effect }) => effect);
    expect(effects.length).toBeGreaterThan(0);
    expect(effects).not.toContain('breaking');
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
