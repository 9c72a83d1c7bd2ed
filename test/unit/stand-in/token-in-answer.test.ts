import { describe, expect, it } from 'vitest';
import { readPact } from '../../../contracts/pact/read-pact.ts';
import { expiryOf, replaceToken, withTokenGenerators } from '../../../emulator/functions/token-in-answer.ts';

function generatorsFor(rules: Record<string, unknown>, { generators = {}, body }: { generators?: object; body?: unknown } = {}) {
  const inOrder = Object.fromEntries(Object.entries(rules).map(([path, matcher]) => [path, { combine: 'AND', matchers: [matcher] }]));
  const text = JSON.stringify({
    consumer: { name: 'c' },
    provider: { name: 'p' },
    interactions: [
      {
        description: 'a token',
        request: { method: 'POST', path: '/' },
        response: {
          status: 200,
          headers: { 'Content-Type': 'application/json' },
          body: body ?? { ok: true, token: 'example', expiresAt: '2026-01-01T00:00:00Z' },
          matchingRules: { body: inOrder },
          generators: { body: generators },
        },
      },
    ],
    metadata: { pactSpecification: { version: '3.0.0' } },
  });
  return withTokenGenerators(readPact(text, 'test.json')).interactions[0]?.response.generators.body;
}

const generatorOf = (name: string) => ({ type: 'ProviderState', expression: `\${${name}}` });
const token = generatorOf('token');
const expiresAt = generatorOf('expiresAt');

describe('a real token goes in', () => {
  it.each([
    ['a type', '$.token', { match: 'type' }],
    ['a pattern that it fits', '$.token', { match: 'regex', regex: '^[\\w-]+\\.[\\w-]+\\.[\\w-]{86}$' }],
    ['another spelling of the path', "$['token']", { match: 'type' }],
    ['a wildcard', '$.*', { match: 'notEmpty' }],
  ])('where the rule is %s', (_name, path, rule) => {
    expect(generatorsFor({ [path]: rule })).toMatchObject({ '$.token': token });
  });

  it('and a time where a rule lets it vary, in the form that the rule asks for', () => {
    expect(generatorsFor({ '$.expiresAt': { match: 'regex', regex: '^\\d{4}-.+Z$' } })).toEqual({ '$.expiresAt': expiresAt });
    expect(generatorsFor({ '$.expiresAt': { match: 'timestamp', timestamp: "yyyy-MM-dd'T'HH:mm:ssX" } })).toEqual({
      '$.expiresAt': { type: 'DateTime', format: "yyyy-MM-dd'T'HH:mm:ssX", expression: 'now + 10 minutes' },
    });
  });

  it('and both below a root that asks for types only', () => {
    expect(generatorsFor({ $: { match: 'type' } })).toEqual({ '$.token': token, '$.expiresAt': expiresAt });
  });
});

describe('the example stays', () => {
  it('without a rule', () => {
    expect(generatorsFor({})).toEqual({});
  });

  it('where the rule does not take a token', () => {
    expect(generatorsFor({ '$.token': { match: 'regex', regex: 'opaque-\\d+' } })).toEqual({});
    expect(generatorsFor({ '$.token': { match: 'equality' } })).toEqual({});
    expect(generatorsFor({ $: { match: 'equality' } })).toEqual({});
  });

  it('where the contract generates it itself', () => {
    const own = { type: 'RandomString', size: 20 };
    expect(generatorsFor({ '$.token': { match: 'type' } }, { generators: { '$.token': own } })).toEqual({ '$.token': own });
  });

  it('where the answer has no such member, or one that is no text', () => {
    expect(generatorsFor({ '$.token': { match: 'type' } }, { body: { ok: false } })).toEqual({});
    expect(generatorsFor({ '$.token': { match: 'type' } }, { body: { token: 7 } })).toEqual({});
    expect(generatorsFor({ '$.token': { match: 'type' } }, { body: 'text' })).toEqual({});
    expect(generatorsFor({ $: { match: 'type' } }, { body: { ok: false, expiresAt: '2026-01-01T00:00:00Z' } })).toEqual({});
  });
});

describe('the time of an answer', () => {
  it('is read in seconds, null where there is none', () => {
    expect(expiryOf(Buffer.from('{"expiresAt":"2026-01-01T00:00:01.900Z"}'))).toBe(Date.UTC(2026, 0, 1, 0, 0, 1) / 1_000);
    for (const body of ['{}', '{"expiresAt":7}', '{"expiresAt":"soon"}', 'no JSON', '[]', 'null'])
      expect(expiryOf(Buffer.from(body))).toBeNull();
  });

  it('gets a token of its own only where the one that was filled in is there', () => {
    expect(replaceToken(Buffer.from('{"ok":true,"token":"a"}'), 'a', 'b').toString()).toBe('{"ok":true,"token":"b"}');
    expect(replaceToken(Buffer.from('{"token":"example"}'), 'a', 'b').toString()).toBe('{"token":"example"}');
  });
});
