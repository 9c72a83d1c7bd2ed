// Each row is a change that one side might make without thinking of the other. Verification goes red and names the interaction.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { editedTemplates } from '../../flow/edited-template.ts';
import { type Edit, mutatedSource } from './mutated-source.ts';
import { verifyCustomerApi, verifyModel, verifyPartnerHandler } from './verify-mutation.ts';

interface Mutation extends Edit {
  readonly name: string;
  /** Exactly these, by description. */
  readonly red: readonly string[];
  /** In what is said of them. */
  readonly reason: RegExp;
}

const partnerMutations: readonly Mutation[] = [
  {
    name: 'renames the token',
    file: 'partner-token/issue-token.ts',
    from: 'return { ok: true, token: await',
    to: 'return { ok: true, jwt: await',
    red: ['asks for a token for a subscribed product'],
    reason: /token/,
  },
  {
    name: 'drops expiresAt',
    file: 'partner-token/issue-token.ts',
    from: ', expiresAt: new Date(expiresAt * 1_000).toISOString() };',
    to: ' };',
    red: ['asks for a token for a subscribed product'],
    reason: /expiresAt/,
  },
  {
    name: 'writes expiresAt in seconds',
    file: 'partner-token/issue-token.ts',
    from: 'expiresAt: new Date(expiresAt * 1_000).toISOString()',
    to: 'expiresAt',
    red: ['asks for a token for a subscribed product'],
    reason: /expiresAt/,
  },
  {
    name: 'calls the end of a subscription otherwise',
    file: 'partner-token/decide.ts',
    from: "endsAt <= issuedAt) return { ok: false, reason: 'SUBSCRIPTION_ENDED' }",
    to: "endsAt <= issuedAt) return { ok: false, reason: 'EXPIRED' }",
    red: ['asks for a token after the subscription has ended'],
    reason: /SUBSCRIPTION_ENDED/,
  },
  {
    name: 'gives every product to every subscriber',
    file: 'partner-token/decide.ts',
    from: '!subscription.productCodes.includes(productCode)',
    to: 'productCode === "none"',
    red: ['asks for a token for a product that is not subscribed'],
    reason: /ok/,
  },
  {
    name: 'throws where it should refuse',
    file: 'partner-token/decide.ts',
    from: "if (subscription === null) return { ok: false, reason: 'SUBSCRIPTION_NOT_FOUND' };",
    to: "if (subscription === null) throw new Error('not found');",
    red: ['asks for a token without a subscription'],
    reason: /ok|reason/,
  },
];

interface ApiMutation extends Mutation {
  /** Part of the contract that is verified, by description. */
  readonly only: readonly string[];
}

const functionMutations: readonly ApiMutation[] = [
  {
    name: 'answers 200 in place of 403',
    file: 'init/init-errors.ts',
    from: 'SUBSCRIPTION_ENDED: [403',
    to: 'SUBSCRIPTION_ENDED: [200',
    only: ['asks for a token'],
    red: ['asks for a token after the subscription has ended'],
    reason: /403.*200/,
  },
  {
    name: 'renames expiresAt',
    file: 'init/answer-init.ts',
    from: "return { token, tokenType: 'Bearer', expiresAt };",
    to: "return { token, tokenType: 'Bearer', expires: expiresAt };",
    only: ['asks for a token for a subscribed product'],
    red: ['asks for a token for a subscribed product'],
    reason: /expiresAt/,
  },
  {
    name: 'takes another request under the same Idempotency-Key',
    file: 'request/read-request.ts',
    from: 'const idempotencyHash = readIdempotencyHash(',
    to: 'const idempotencyHash = true ? null : readIdempotencyHash(',
    only: ['repeats a request', 'with an Idempotency-Key that is taken'],
    red: ['sends other records with an Idempotency-Key that is taken', 'repeats a request that is being worked on'],
    reason: /409.*200|STATE|state/,
  },
  {
    name: 'no longer says when to try again',
    file: 'request/request-errors.ts',
    from: "RESULT_NOT_STORED: '2',",
    to: '',
    only: ['while results cannot be stored', 'while the model is not running'],
    red: ['sends records while results cannot be stored'],
    reason: /Retry-After/i,
  },
  {
    name: 'calls the error otherwise',
    file: 'request/model-error.ts',
    from: "? 'MODEL_REJECTED_REQUEST'",
    to: "? 'MODEL_FAILED'",
    only: ['the model does not accept', 'while the model fails'],
    red: ['sends records that the model does not accept'],
    reason: /422.*502|MODEL_REJECTED_REQUEST/,
  },
];

const templateMutations: readonly (Omit<ApiMutation, 'file'> & { readonly greenToo: number })[] = [
  {
    name: 'reads the token from another header',
    from: 'partnerToken:\n              type: apiKey\n              name: Authorization',
    to: 'partnerToken:\n              type: apiKey\n              name: X-Partner-Token',
    only: ['sends records as', 'sends records with a token that has expired'],
    red: ['sends records as JSON', 'sends records as JSON Lines', 'sends records as CSV'],
    reason: /200.*401/,
    greenToo: 1,
  },
  {
    name: 'forgets the authorizer',
    from: 'security:\n                - partnerToken: []\n',
    to: '',
    only: ['with a token that has expired', 'of another account', 'with something that is no token'],
    red: [
      'sends records with something that is no token',
      'sends records with a token that has expired',
      'sends records with a token of another account',
    ],
    reason: /401|403/,
    greenToo: 0,
  },
  {
    name: 'renames the path',
    from: '          /init:\n',
    to: '          /token:\n',
    only: ['asks for a token for a subscribed product'],
    red: ['asks for a token for a subscribed product'],
    reason: /200.*403/,
    greenToo: 0,
  },
];

const modelMutations: readonly Mutation[] = [
  {
    name: 'loses a record',
    file: 'formats.ts',
    from: 'write: (results) => JSON.stringify({ results }),',
    to: 'write: (results) => JSON.stringify({ results: results.slice(1) }),',
    red: ['sends three records as JSON'],
    reason: /results/,
  },
  {
    name: 'loses the last row of a table',
    file: 'formats.ts',
    from: "...lines, ''].join('\\r\\n')",
    to: "...lines.slice(0, -1), ''].join('\\r\\n')",
    red: ['sends three records as CSV'],
    reason: /body|match/i,
  },
  {
    name: 'answers in another order',
    file: 'formats.ts',
    from: 'write: (results) => results.map((result)',
    to: 'write: (results) => [...results].reverse().map((result)',
    red: ['sends three records as JSON Lines'],
    reason: /body|match/i,
  },
  {
    name: 'writes the confidence as a text',
    file: 'identity-model.ts',
    from: 'if (email === null && phone === null) return { id, personId: null, confidence: 0,',
    to: "if (email === null && phone === null) return { id, personId: null, confidence: '0' as never,",
    red: ['sends three records as JSON', 'sends three records as JSON Lines'],
    reason: /confidence/,
  },
  {
    name: 'pings with 204',
    file: 'server.ts',
    from: '(model() === null ? 503 : 200)',
    to: '(model() === null ? 503 : 204)',
    red: ['asks a model that has started whether it is ready'],
    reason: /200.*204/,
  },
];

describe('partner-token', () => {
  test.for(partnerMutations)('is red where the partner $name', async ({ red, reason, ...edit }) => {
    await using source = await mutatedSource('lambdas', edit);
    const verdict = await verifyPartnerHandler(join(source.directory, 'partner-token/handler.ts'));
    expect(verdict).toMatchObject({ ok: false, red });
    expect(verdict.reasons).toMatch(reason);
  });

  test('a handler that somebody else wrote otherwise passes', async () => {
    const other = fileURLToPath(new URL('../other-partner/handler.mjs', import.meta.url));
    expect(await verifyPartnerHandler(other)).toMatchObject({ ok: true, red: [] });
  });
});

describe('customer-api', () => {
  test.for(functionMutations)('is red where the customer $name', async ({ red, reason, only, ...edit }) => {
    await using source = await mutatedSource('lambdas', edit);
    const verdict = await verifyCustomerApi(editedTemplates('customer', /Code: \.\.\/lambdas/g, `Code: ${source.directory}`), only);
    expect(verdict).toMatchObject({ ok: false, red });
    expect(verdict.reasons).toMatch(reason);
  });

  test.for(templateMutations)('is red where the template $name', async ({ from, to, red, reason, only, greenToo }) => {
    const verdict = await verifyCustomerApi(editedTemplates('customer', from, to), only);
    expect(verdict).toMatchObject({ ok: false, red, verified: red.length + greenToo });
    expect(verdict.reasons).toMatch(reason);
  });
});

describe('model-container', () => {
  test.for(modelMutations)('is red where the model $name', async ({ red, reason, ...edit }) => {
    await using source = await mutatedSource('model-stub', edit);
    const verdict = await verifyModel(source.directory);
    expect(verdict).toMatchObject({ ok: false, red });
    expect(verdict.reasons).toMatch(reason);
  });
});

test('every row of the tables names interactions that the pacts have', () => {
  const pacts = ['customer-init-partner-token', 'customer-app-customer-api', 'request-function-model-container'].map((name) =>
    readFileSync(new URL(`../../../contracts/pacts/${name}.json`, import.meta.url), 'utf8'),
  );
  const known = pacts
    .flatMap((text) => (JSON.parse(text) as { interactions: { description: string }[] }).interactions)
    .map((i) => i.description);
  const named = [...partnerMutations, ...functionMutations, ...templateMutations, ...modelMutations].flatMap(({ red }) => red);
  expect(named.filter((description) => !known.includes(description))).toEqual([]);
});
