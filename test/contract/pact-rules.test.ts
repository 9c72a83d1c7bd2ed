// Airlock's verdicts against those of Pact's own native mock server (pact-core 20.2): the same expectation, read from the file that Pact
// writes for it, and the same request.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchRequest } from '../../contracts/pact/match-request.ts';
import type { ExpectedRequest } from '../../contracts/pact/pact.ts';
import { readPact } from '../../contracts/pact/read-pact.ts';
import { headersOf, type SentRequest, startPactMockServer } from './pact-mock-server.ts';
import { ruleCases } from './pact-rule-cases.ts';

function verdict(expected: ExpectedRequest, sent: SentRequest): { readonly fits: boolean; readonly why: string } {
  const differences = matchRequest(expected, {
    method: sent.method ?? 'POST',
    path: sent.path ?? '/x',
    query: sent.query ?? '',
    headers: headersOf(sent),
    body: Buffer.from(sent.body ?? ''),
  });
  return { fits: differences.length === 0, why: JSON.stringify(differences) };
}

function expectedRequest(pactText: string): ExpectedRequest {
  const [interaction] = readPact(pactText, 'the pact of this test').interactions;
  if (interaction === undefined) throw new Error('the pact has no interaction');
  return interaction.request;
}

test('the table has enough pairs to mean something', () => {
  expect(ruleCases.flatMap(({ sent }) => sent).length).toBeGreaterThan(80);
});

describe('Airlock judges a request as Pact does', () => {
  test.each(ruleCases)('$name', async (ruleCase) => {
    await using server = await startPactMockServer(ruleCase);
    const expected = expectedRequest(server.pactText);
    for (const sent of ruleCase.sent) {
      const ours = verdict(expected, sent);
      const sentText = JSON.stringify({ ...sent, body: String(sent.body) });
      expect(`${sentText} fits: ${ours.fits} ${ours.fits ? '' : ours.why}`).toBe(
        `${sentText} fits: ${await server.matches(sent)} ${ours.fits ? '' : ours.why}`,
      );
    }
  });

  test('for random bodies, rules and requests', async () => {
    let fitting = 0;
    await fc.assert(
      fc.asyncProperty(randomPair(), async ({ body, rules, sent }) => {
        await using server = await startPactMockServer({ body: JSON.stringify(body), rules: { body: rules } });
        const expected = expectedRequest(server.pactText);
        for (const request of sent.map((value): SentRequest => ({ body: JSON.stringify(value) }))) {
          const ours = verdict(expected, request);
          if (ours.fits) fitting += 1;
          expect(ours.fits, `${request.body}: ${ours.why}`).toBe(await server.matches(request));
        }
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
    // Neither verdict is the rare exception.
    expect(fitting).toBeGreaterThan(100);
  });
});

function randomPair() {
  const scalar = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom('a', 'ab', '1', 'true', ''),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(0.5, 1.5),
  );
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  const matcher = fc.constantFrom<object>(
    { match: 'type' },
    { match: 'type', min: 1 },
    { match: 'type', max: 2 },
    { match: 'equality' },
    { match: 'integer' },
    { match: 'number' },
    { match: 'boolean' },
    { match: 'regex', regex: 'a.*' },
    { match: 'notEmpty' },
    { match: 'values' },
    { match: 'eachValue', rules: [{ match: 'type' }] },
    { match: 'eachKey', rules: [{ match: 'regex', regex: '[ab]' }] },
  );
  // Of two rules that weigh the same, Pact takes any: no two of these do, but for wildcards beside names of the same length, left out.
  const path = fc.constantFrom('$', '$.a', '$.a.b', '$.b', '$[0]', '$[0].a', '$.a[0]');
  const rules = fc.dictionary(
    path,
    fc.record({ combine: fc.constantFrom('AND', 'OR'), matchers: fc.array(matcher, { minLength: 1, maxLength: 2 }) }),
    { maxKeys: 2 },
  );
  return fc
    .record({
      body: fc.oneof(fc.dictionary(fc.constantFrom('a', 'b'), value, { minKeys: 1 }), fc.array(value, { minLength: 1, maxLength: 2 })),
      rules,
    })
    .chain(({ body, rules: chosen }) => {
      const nearby = fc.constantFrom(
        JSON.stringify(body),
        JSON.stringify(body).replace(/-?\d+(?=[,\]}])/, '7'),
        JSON.stringify(body).replace('"a"', '"c"'),
      );
      return fc.record({
        body: fc.constant(body),
        rules: fc.constant(chosen),
        sent: fc.tuple(
          nearby.map((text): unknown => JSON.parse(text)),
          nearby.map((text): unknown => JSON.parse(text)),
          value,
        ),
      });
    });
}
