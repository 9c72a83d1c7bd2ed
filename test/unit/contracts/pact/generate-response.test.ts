// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of a pact look like this
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moveDate } from '../../../../contracts/pact/date-expression.ts';
import { generateResponse } from '../../../../contracts/pact/generate-response.ts';
import { generateText } from '../../../../contracts/pact/generate-text.ts';
import { createGenerationBudget } from '../../../../contracts/pact/generation-budget.ts';
import { matchResponse } from '../../../../contracts/pact/match-request.ts';
import { compilePattern } from '../../../../contracts/pact/oniguruma-pattern.ts';
import { readPact } from '../../../../contracts/pact/read-pact.ts';
import { seededRandom } from '../../../../contracts/pact/seeded-random.ts';
import { jsonBody, pactText, rules } from './pact-text.ts';

const now = Date.UTC(2026, 0, 31, 10, 0, 0);

function generate(response: object, values: Record<string, unknown> = {}, seed = 'x') {
  const [interaction] = readPact(pactText({ response }), 'test').interactions;
  if (interaction === undefined) throw new Error('no interaction');
  const generated = generateResponse(interaction.response, { random: seededRandom(Buffer.from(seed)), now: () => now, values });
  return { ...generated, json: () => JSON.parse(generated.body.toString()), expected: interaction.response, generated };
}

const withGenerator = (example: unknown, generator: object, values = {}) =>
  generate({ body: jsonBody({ a: example }), generators: { body: { '$.a': generator } } }, values).json().a;

describe('generators', () => {
  test.each([
    [{ type: 'RandomInt', min: 5, max: 7 }, 1, /^[567]$/],
    [{ type: 'RandomDecimal', digits: 4 }, '1.5', /^\d+\.\d+$/],
    [{ type: 'RandomHexadecimal', digits: 8 }, 'x', /^[0-9A-F]{8}$/],
    [{ type: 'RandomString', size: 12 }, 'x', /^[A-Za-z0-9]{12}$/],
    [{ type: 'RandomBoolean' }, true, /^(true|false)$/],
    [{ type: 'Regex', regex: 's-[a-z]{4}(x|y)?' }, 'x', /^s-[a-z]{4}[xy]?$/],
    [{ type: 'Uuid' }, 'x', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    [{ type: 'Uuid', format: 'simple' }, 'x', /^[0-9a-f]{32}$/],
    [{ type: 'DateTime', format: "yyyy-MM-dd'T'HH:mm:ss.SSSX", expression: 'now + 10 minutes' }, 'x', /^2026-01-31T10:10:00\.000Z$/],
    [{ type: 'DateTime', format: 'yyyy-MM-dd HH:mm', expression: 'tomorrow @ noon' }, 'x', /^2026-02-01 12:00$/],
    [{ type: 'Date' }, 'x', /^2026-01-31$/],
    [{ type: 'Time', format: 'HH:mm', expression: '+10 minutes' }, 'x', /^10:10$/],
    [{ type: 'DateTime', expression: 'whenever' }, 'kept', /^kept$/],
    [{ type: 'MockServerURL', example: 'x', regex: '.*' }, 'kept', /^kept$/],
  ])('%j', (generator, example, wanted) => {
    expect(String(withGenerator(example, generator))).toMatch(wanted);
  });

  test('take values of the provider states, and keep the example without them', () => {
    const generator = { type: 'ProviderState', expression: 'Bearer ${token}' };
    expect(withGenerator('Bearer old', generator, { token: 'abc' })).toBe('Bearer abc');
    expect(withGenerator('Bearer old', generator)).toBe('Bearer old');
    expect(withGenerator(1, { type: 'ProviderState', expression: '${n}' }, { n: 5 })).toBe(5);
  });

  test('set headers and status as well', () => {
    const answer = generate(
      {
        headers: { 'X-Id': ['1'] },
        generators: { header: { 'X-Id': { type: 'RandomInt', min: 50, max: 60 } }, status: { type: 'ProviderState', expression: 'code' } },
      },
      { code: 201 },
    );
    expect(Number(answer.headers['X-Id'])).toBeGreaterThanOrEqual(50);
    expect(answer.status).toBe(201);
  });
});

test('where a value may vary it does; what carries meaning stays', () => {
  const body = { id: 'abc-1', text: 'a label', count: 10, score: 0.5, at: '2020-01-01', list: [{ n: 1 }], fixed: 'same' };
  const bodyRules = {
    $: rules({ match: 'type' }),
    '$.id': rules({ match: 'regex', regex: '[a-z]{3}-\\d' }),
    '$.at': rules({ match: 'date', format: 'yyyy-MM-dd' }),
    '$.list': rules({ match: 'type', min: 2 }),
    '$.score': rules({ match: 'decimal' }),
    '$.fixed': rules({ match: 'equality' }),
  };
  const answer = generate({ body: jsonBody(body), matchingRules: { body: bodyRules } });
  const json = answer.json();
  expect(json).toMatchObject({ text: 'a label', fixed: 'same', at: '2026-01-31' });
  expect(json.id).not.toBe('abc-1');
  expect(json.list.length).toBeGreaterThanOrEqual(2);
  expect(json.list.length).toBeLessThanOrEqual(4);
  expect(matchResponse(answer.expected, answer.generated)).toEqual([]);
  expect(generate({ body: jsonBody(body), matchingRules: { body: bodyRules } }).body).toEqual(answer.body);
});

test('what looks like a moment under a regular expression becomes a moment ahead', () => {
  const expression = '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{3})?Z';
  const response = {
    body: jsonBody({ expiresAt: '2020-01-01T00:00:00Z' }),
    matchingRules: { body: { '$.expiresAt': rules({ match: 'regex', regex: expression }) } },
  };
  expect(generate(response).json()).toEqual({ expiresAt: '2026-01-31T10:10:00Z' });
});

test('an expression that cannot be generated keeps the example', () => {
  const response = { body: jsonBody({ a: 'xy' }), matchingRules: { body: { '$.a': rules({ match: 'regex', regex: '(?=x).y' }) } } };
  expect(generate(response).json()).toEqual({ a: 'xy' });
});

describe('what would take more than one answer may cost keeps the example', () => {
  const nested = (min: number) => ({
    body: jsonBody({ a: [[['kept']]] }),
    matchingRules: {
      body: { '$.a': rules({ match: 'type', min }), '$.a[*]': rules({ match: 'type', min }), '$.a[*][*]': rules({ match: 'type', min }) },
    },
  });
  const byRegex = (regex: string) => ({
    body: jsonBody({ a: 'kept' }),
    matchingRules: { body: { '$.a': rules({ match: 'regex', regex }) } },
  });
  test.each([
    ['repetitions of nothing', byRegex('(?:(?:(?:(?:){9999}){9999}){9999})'), { a: 'kept' }],
    ['repetitions of little', byRegex('(?:(?:(?:|b){999}){999}){99}'), { a: 'kept' }],
    ['lists in lists', nested(300), { a: [[['kept']]] }],
    [
      'long texts',
      {
        body: jsonBody({ a: ['kept', 'x', 'x', 'x', 'x'] }),
        generators: { body: { '$.a[*]': { type: 'RandomString', size: 1_000_000 } } },
      },
      { a: ['kept', 'x', 'x', 'x', 'x'] },
    ],
  ])('%s', (_, response, wanted) => {
    expect(generate(response).json()).toEqual(wanted);
  });

  test('and so does the head', () => {
    const generator = { type: 'RandomString', size: 1_000_000 };
    const response = { headers: { A: ['kept'], B: ['x'], C: ['x'], D: ['x'], E: ['x'] }, generators: { header: { A: generator } } };
    const all = { A: generator, B: generator, C: generator, D: generator, E: generator };
    expect(generate({ ...response, generators: { header: all } }).headers).toMatchObject({ A: 'kept' });
  });
});

test('a generated text always matches its expression', () => {
  const expressions = ['[a-z]+\\.[a-z]+', '\\d{2,4}', '(a|b)*c?', '^x[A-F0-9_-]{3}$', '\\w+@\\w+\\.com', '.{5}'];
  fc.assert(
    fc.property(fc.constantFrom(...expressions), fc.string(), (expression, seed) => {
      const text = generateText(expression, seededRandom(Buffer.from(seed)), createGenerationBudget());
      expect(text).toBeDefined();
      expect(compilePattern(expression)(text ?? '')).toBe(true);
    }),
    { seed: 1 },
  );
});

test.each([
  ['now', '2026-01-31T10:00:00.000Z'],
  ['+ 1 month', '2026-02-28T10:00:00.000Z'],
  ['- 2 weeks', '2026-01-17T10:00:00.000Z'],
  ['next monday', '2026-02-02T10:00:00.000Z'],
  ['today @ midnight + 4 minutes', '2026-01-31T00:04:00.000Z'],
  ["yesterday @ 1 o'clock pm", '2026-01-30T13:00:00.000Z'],
  ['last december', '2025-12-01T10:00:00.000Z'],
])('the date expression "%s"', (expression, wanted) => {
  expect(new Date(moveDate(now, expression)).toISOString()).toBe(wanted);
});
