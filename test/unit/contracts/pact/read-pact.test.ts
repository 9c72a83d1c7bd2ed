import { describe, expect, test } from 'vitest';
import { ContractError } from '../../../../contracts/contract-error.ts';
import { readPact } from '../../../../contracts/pact/read-pact.ts';
import { interactionJson, jsonBody, pactText, rules } from './pact-text.ts';

function errorOf(text: string): ContractError {
  try {
    readPact(text, 'some.json');
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('the pact was read');
}

const file = (changes: object) => JSON.stringify({ ...JSON.parse(pactText({})), ...changes });
const withInteraction = (changes: object) => file({ interactions: [{ ...interactionJson(), ...changes }] });
const withRules = (matchingRules: object) => pactText({ request: { body: jsonBody({ a: 1 }), matchingRules } });

describe('a damaged pact is refused with its source and place', () => {
  test.each([
    ['no JSON', '{\n  "consumer": x}', /some\.json: it is not JSON: .* at line 2, column 15/],
    ['an early end', '{"consumer": ', /ends too early/],
    ['a list', '[]', /not a JSON object/],
    ['a name that stands twice', '{"consumer": {}, "interactions": [],\n "interactions": []}', /twice in one object at line 2, column 2/],
    ['a name that stands twice in other letters', '{"a": 1, "\\u0061": 2}', /twice in one object/],
    ['deep nesting', `${'['.repeat(200)}${']'.repeat(200)}`, /more than 127 levels/],
    ['no interactions', file({ interactions: [] }), /no interactions/],
    ['no member interactions', file({ interactions: undefined }), /interactions: a list is missing/],
    ['no consumer', file({ consumer: {} }), /consumer\.name: a text is missing/],
    ['no request', withInteraction({ request: undefined }), /interactions\[0\]\.request \(interaction "a request"\): an object is missing/],
    ['no path', withInteraction({ request: { method: 'GET' } }), /request\.path/],
    ['a status that is none', withInteraction({ response: { status: 99 } }), /99 is not an HTTP status/],
    [
      'a status that no answer ends with',
      withInteraction({ response: { status: 101 } }),
      /interaction "a request".*101 is not an HTTP status/,
    ],
    [
      'a line break in a header of the response',
      withInteraction({ response: { status: 200, headers: { 'X-A': ['a\r\nSet-Cookie: x=1'] } } }),
      /interaction "a request".*no header can carry/,
    ],
    [
      'a header value beyond Latin 1',
      withInteraction({ response: { status: 200, headers: { 'X-A': ['😀'] } } }),
      /X-A.*no header can carry/,
    ],
    [
      'a header name with a space',
      withInteraction({ response: { status: 200, headers: { 'Bad Name': ['v'] } } }),
      /"Bad Name" is not the name/,
    ],
    ['the same interaction twice', pactText({}, {}), /the same description and states as interactions\[0\]/],
    ['rules of a wrong shape', withRules({ body: { '$.a': [] } }), /matchingRules\.body\.\$\.a/],
    ['rules without matchers', withRules({ body: { '$.a': { matchers: [] } } }), /the list is empty/],
    ['a rule at a path that is none', withRules({ body: { '$.a[': rules({ match: 'type' }) } }), /is not a path/],
    [
      'a regex without its expression',
      withRules({ body: { '$.a': rules({ match: 'regex' }) } }),
      /matchers\[0\]\.regex .*: a text is missing/,
    ],
    ['a body that is not base64', pactText({ request: { body: { content: '%', contentType: 'image/png', encoded: 'base64' } } }), /base64/],
  ])('%s', (_, text, message) => {
    const error = errorOf(text);
    expect(error.message).toMatch(message);
    expect(error.message).toContain('some.json');
    expect(error.code).toBe('PACT_DAMAGED');
    expect(error.exitCode).toBe(2);
  });

  test('and so is one of more than 10 MB', () => {
    expect(errorOf(' '.repeat(10_000_001)).message).toContain('larger than 10 MB');
  });
});

describe('what Airlock cannot check is refused, never ignored', () => {
  test.each([
    ['a newer specification', file({ metadata: { pactSpecification: { version: '5.0' } } }), /version 5\.0/],
    ['a plugin', file({ metadata: { pactSpecification: { version: '4.0' }, plugins: [{ name: 'protobuf' }] } }), /protobuf/],
    ['a message', withInteraction({ type: 'Asynchronous/Messages' }), /interaction "a request".*Asynchronous\/Messages/],
    ['an unknown matcher', withRules({ body: { '$.a': rules({ match: 'fuzzy' }) } }), /"fuzzy" is not a matcher/],
    [
      'an unknown matcher inside eachValue',
      withRules({ body: { '$.a': rules({ match: 'eachValue', rules: [{ match: 'fuzzy' }] }) } }),
      /fuzzy/,
    ],
    ['an unknown generator', pactText({ response: { generators: { body: { '$.a': { type: 'Dice' } } } } }), /"Dice" is not a generator/],
    ['rules for an unknown part', withRules({ trailer: { a: rules({ match: 'type' }) } }), /"trailer"/],
    ['an expression of another dialect', withRules({ body: { '$.a': rules({ match: 'regex', regex: 'a++' }) } }), /possessive/],
    ['XML in a request', pactText({ request: { body: { content: '<a/>', contentType: 'application/xml' } } }), /application\/xml/],
  ])('%s', (_, text, message) => {
    const error = errorOf(text);
    expect(error.message).toMatch(message);
    expect(error.code).toBe('PACT_NOT_SUPPORTED');
  });
});

test('rules and bodies of specification 2 become those of 3', () => {
  const { interactions } = readPact(
    JSON.stringify({
      consumer: { name: 'a' },
      provider: { name: 'b' },
      metadata: { pactSpecification: { version: '2.0.0' } },
      interactions: [
        {
          description: 'old',
          providerState: 'ready',
          request: {
            method: 'get',
            path: '/x',
            query: 'q=a%20b&q=c',
            headers: { 'X-A': '1' },
            body: { x: [1] },
            matchingRules: { '$.body.x': { min: 1 }, '$.headers.X-A': { match: 'regex', regex: '\\d' }, '$.path': { match: 'type' } },
          },
          response: { status: 200 },
        },
      ],
    }),
    'old.json',
  );
  expect(interactions[0]).toMatchObject({
    providerStates: [{ name: 'ready', params: {} }],
    request: {
      query: { q: ['a b', 'c'] },
      body: { kind: 'json', value: { x: [1] } },
      matchingRules: {
        path: { matchers: [{ match: 'type' }] },
        header: { 'x-a': { matchers: [{ match: 'regex', regex: '\\d' }] } },
        body: { '$.x': { matchers: [{ match: 'type', min: 1 }] } },
      },
    },
    response: { body: null },
  });
});

test('a number keeps the form in which it was written', () => {
  const text = pactText({ response: { body: jsonBody({ a: 'NUMBER' }) } }).replace('"NUMBER"', '1.0');
  const body = readPact(text, 'x').interactions[0]?.response.body;
  expect(JSON.stringify(body?.kind === 'json' && body.value)).toBe('{"a":1.0}');
});
