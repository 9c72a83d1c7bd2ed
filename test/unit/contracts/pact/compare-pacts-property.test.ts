// "Compatible" is a promise: no message that fitted the old contract misses the new one. Asked of thousands of small contracts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePacts } from '../../../../contracts/pact/compare-pacts.ts';
import { matchRequest, matchResponse } from '../../../../contracts/pact/match-request.ts';
import type { Interaction } from '../../../../contracts/pact/pact.ts';
import { readPact } from '../../../../contracts/pact/read-pact.ts';
import { jsonBody, type PactParts, pactText } from './pact-text.ts';

const scalar = fc.constantFrom<unknown>(null, true, 'true', 1, 12, 1.5, '', '1', 'X', '1.0.0', '2020-01-01');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'x'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));
const object = fc.record({ a: fc.oneof(value, fc.array(scalar, { maxLength: 2 })) }, { noNullPrototype: true });

const scalarMatcher = fc.constantFrom<object>(
  { match: 'type' },
  { match: 'equality' },
  { match: 'regex', regex: '^(null|[A-Z]+)$' },
  { match: 'regex', regex: '^\\d+$' },
  { match: 'include', value: '1' },
  { match: 'include', value: '12' },
  { match: 'integer' },
  { match: 'decimal' },
  { match: 'number' },
  { match: 'boolean' },
  { match: 'null' },
  { match: 'notEmpty' },
  { match: 'semver' },
  { match: 'date', format: 'yyyy-MM-dd' },
);
const matcher = fc.oneof(
  { weight: 3, arbitrary: scalarMatcher },
  fc.constantFrom<object>(
    { match: 'type', min: 1 },
    { match: 'type', max: 1 },
    { match: 'type', min: 0 },
    { match: 'type', min: 1, max: 2 },
    { match: 'values' },
    { match: 'eachValue', rules: [{ match: 'type' }] },
    { match: 'eachKey', rules: [{ match: 'regex', regex: '^[ab]$' }] },
    { match: 'arrayContains', variants: [] },
  ),
);
const ruleList = (one: fc.Arbitrary<object>) =>
  fc.record({ combine: fc.constantFrom('AND', 'AND', 'OR'), matchers: fc.array(one, { minLength: 1, maxLength: 2 }) });
const paths = ['$', '$.a', '$.a', '$.a', '$.a', '$.*', '$.a[*]', '$.a[0]', '$.a[1]', '$.a[*].x', '$.a.x', '$.a.*'];
const bodyRules = fc.dictionary(fc.constantFrom(...paths), ruleList(matcher), { maxKeys: 2, noNullPrototype: true });

interface Side {
  readonly body: unknown;
  readonly rules: object;
  readonly header: string;
  readonly headerRules: object | null;
  readonly status: number;
  readonly statusRules: object | null;
}

const headerValue = fc.constantFrom('1', '12', 'X', 'true', 'a, b', 'a,b');
const status = fc.constantFrom(200, 201, 404);
const side: fc.Arbitrary<Side> = fc.record({
  body: object,
  rules: bodyRules,
  header: headerValue,
  headerRules: fc.option(ruleList(scalarMatcher)),
  status,
  statusRules: fc.option(
    ruleList(fc.constantFrom<object>({ match: 'statusCode', status: 'success' }, { match: 'type' }, { match: 'equality' })),
  ),
});

/** A message is mostly the example with one value exchanged. */
function exchanged(example: unknown, places: readonly number[], by: unknown): unknown {
  const [place = 0, ...rest] = places;
  if (places.length === 0) return by;
  if (Array.isArray(example)) {
    if (place % 5 === 4) return [...example, by];
    if (place % 5 === 3) return example.slice(1);
    return example.length === 0 ? by : example.with(place % example.length, exchanged(example[place % example.length], rest, by));
  }
  if (typeof example !== 'object' || example === null) return by;
  const keys = Object.keys(example);
  if (place % 4 === 3) return { ...example, x: by };
  const key = keys[place % Math.max(1, keys.length)];
  if (key === undefined) return by;
  return { ...example, [key]: exchanged((example as Record<string, unknown>)[key], rest, by) };
}
const exchange = fc.record({ places: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }), by: value });
/** A new contract is mostly an old one with a value or a part exchanged. */
const parts = ['body', 'rules', 'header', 'headerRules', 'status', 'statusRules'] as const;
const changed = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<(typeof parts)[number][]>(['body'], ['rules'], ['body', 'rules']) },
  fc.subarray([...parts], { minLength: 1, maxLength: 2 }),
);
const pair = fc.tuple(side, side, changed, fc.option(exchange)).map(([old, other, names, one]): [Side, Side] => [
  old,
  {
    ...old,
    ...Object.fromEntries(names.map((name) => [name, other[name]])),
    ...(one === null || !names.includes('body') ? {} : { body: { a: exchanged((old.body as { a: unknown }).a, one.places, one.by) } }),
  },
]);

const mostly = fc.constantFrom(true, true, true, false);
const messages = fc.array(
  fc.record({
    isNew: fc.boolean(),
    exchanges: fc.array(exchange, { maxLength: 2 }),
    header: headerValue,
    keepsHeader: mostly,
    status,
    keepsStatus: mostly,
  }),
  { minLength: 6, maxLength: 6 },
);

function interactionOf(parts: PactParts) {
  const pact = readPact(pactText(parts), 'test');
  return { pact, interaction: pact.interactions[0] as Interaction };
}

const contentType = { 'Content-Type': 'application/json' };
const seed = 20_260_101;
const numRuns = 4_000;

test('an answer that fits the old contract fits the new one, or a change is breaking', () => {
  const partsOf = (one: Side): PactParts => ({
    response: {
      status: one.status,
      headers: { 'X-A': [one.header] },
      body: jsonBody(one.body),
      matchingRules: {
        body: one.rules,
        ...(one.headerRules === null ? {} : { header: { 'X-A': one.headerRules } }),
        ...(one.statusRules === null ? {} : { status: one.statusRules }),
      },
    },
  });
  let proved = 0;
  let broken = 0;
  fc.assert(
    fc.property(pair, messages, ([one, other], answers) => {
      const [before, after] = [interactionOf(partsOf(one)), interactionOf(partsOf(other))];
      const isBreaking = comparePacts(before.pact, after.pact).some(({ effect }) => effect === 'breaking');
      for (const { isNew, exchanges, ...message } of answers) {
        const from = isNew ? other : one;
        const body = exchanges.reduce((example: unknown, { places, by }) => exchanged(example, places, by), from.body);
        const answer = {
          status: message.keepsStatus ? from.status : message.status,
          headers: { ...contentType, 'X-A': message.keepsHeader ? from.header : message.header },
          body: Buffer.from(JSON.stringify(body)),
        };
        if (matchResponse(before.interaction.response, answer).length > 0) continue;
        if (!isBreaking) proved += 1;
        if (matchResponse(after.interaction.response, answer).length === 0) continue;
        broken += 1;
        expect(isBreaking, JSON.stringify(body)).toBe(true);
      }
    }),
    { seed, numRuns },
  );
  // Otherwise nothing was asked.
  expect(Math.min(proved, broken)).toBeGreaterThan(200);
}, 60_000);

test('a request is of both contracts or of neither, or a change is breaking', () => {
  const partsOf = (one: Side): PactParts => ({
    request: {
      headers: { 'X-A': [one.header] },
      query: { q: [one.header] },
      body: jsonBody(one.body),
      matchingRules: {
        body: one.rules,
        ...(one.headerRules === null ? {} : { header: { 'X-A': one.headerRules }, query: { q: one.headerRules } }),
      },
    },
  });
  let proved = 0;
  let differing = 0;
  fc.assert(
    fc.property(pair, messages, ([one, other], requests) => {
      const [before, after] = [interactionOf(partsOf(one)), interactionOf(partsOf(other))];
      const isBreaking = comparePacts(before.pact, after.pact).some(({ effect }) => effect === 'breaking');
      for (const { isNew, exchanges, header, keepsHeader } of requests) {
        const from = isNew ? other : one;
        const body = exchanges.reduce((example: unknown, { places, by }) => exchanged(example, places, by), from.body);
        const named = keepsHeader ? from.header : header;
        const request = {
          method: 'POST',
          path: '/x',
          query: `q=${encodeURIComponent(named)}`,
          headers: { ...contentType, 'X-A': named },
          body: Buffer.from(JSON.stringify(body)),
        };
        const [fitsOld, fitsNew] = [before, after].map(({ interaction }) => matchRequest(interaction.request, request).length === 0);
        if (!isBreaking && fitsOld) proved += 1;
        if (fitsOld === fitsNew) continue;
        differing += 1;
        expect(isBreaking, JSON.stringify(body)).toBe(true);
      }
    }),
    { seed, numRuns },
  );
  expect(Math.min(proved, differing)).toBeGreaterThan(200);
}, 60_000);
