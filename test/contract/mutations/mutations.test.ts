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
    red: ['asks for a token after the subscription has ended', 'asks for a token after the time of the subscription is over'],
    reason: /SUBSCRIPTION_ENDED/,
  },
  {
    name: 'does not look at the end of a subscription',
    file: 'partner-token/decide.ts',
    from: "subscription.status !== 'active' || endsAt <= issuedAt",
    to: "subscription.status !== 'active'",
    red: ['asks for a token after the time of the subscription is over'],
    reason: /ok/,
  },
  {
    name: 'writes expiresAt with an hour that no day has',
    file: 'partner-token/issue-token.ts',
    from: 'new Date(expiresAt * 1_000).toISOString()',
    to: "new Date(expiresAt * 1_000).toISOString().replace(/T../, 'T24')",
    red: ['asks for a token for a subscribed product'],
    reason: /expiresAt/,
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
  {
    name: 'hands out tokens although its records are damaged',
    file: 'partner-token/parse-subscription.ts',
    from: "if (typeof record !== 'object' || record === null) return null;",
    to: "if (typeof record !== 'object' || record === null) return { aliasId, accountId: '222222222222', status: 'active', productCodes: ['airlock-identity'], endsAtMs: null };",
    red: ['asks for a token while the partner function fails'],
    reason: /function-error|errorType|body/i,
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
    red: ['asks for a token after the subscription has ended', 'asks for a token after the time of the subscription is over'],
    reason: /403.*200/,
  },
  {
    name: 'renames expiresAt',
    file: 'init/answer-init.ts',
    from: "body: { token, tokenType: 'Bearer', expiresAt } }",
    to: "body: { token, tokenType: 'Bearer', expires: expiresAt } }",
    only: ['asks for a token for a subscribed product'],
    red: ['asks for a token for a subscribed product'],
    reason: /expiresAt/,
  },
  {
    name: 'takes another request under the same Idempotency-Key',
    file: 'request/read-request.ts',
    from: 'const idempotencyHash = readIdempotencyHash(',
    to: 'const idempotencyHash = true ? null : readIdempotencyHash(',
    only: ['repeats a request', 'sends other records with an Idempotency-Key that is taken'],
    red: [
      'repeats a request that has been answered',
      'sends other records with an Idempotency-Key that is taken',
      'repeats a request that is being worked on',
    ],
    reason: /409.*200|STATE|state/,
  },
  {
    name: 'asks the model again for a repetition',
    file: 'request/answer-request.ts',
    from: "if (claim.kind === 'finished') return claim.result;",
    to: "if (claim.kind === 'finished') return run(options, work, hash);",
    only: ['repeats a request that has been answered', 'sends records as JSON'],
    red: ['repeats a request that has been answered'],
    reason: /200.*502/,
  },
  {
    name: 'drops the other name of JSON Lines',
    file: 'request/media-type.ts',
    from: "  'application/x-ndjson': 'application/jsonlines',\n",
    to: '',
    only: ['sends records as JSON Lines'],
    red: ['sends records as JSON Lines under its other name'],
    reason: /200.*415/,
  },
  {
    name: 'loses the size of the result',
    file: 'request/stored-result.ts',
    from: 'bytes: answer.body.byteLength, records',
    to: 'bytes: -1, records',
    only: ['sends records as CSV'],
    red: ['sends records as CSV'],
    reason: /bytes/,
  },
  {
    name: 'loses the bucket of the result',
    file: 'request/stored-result.ts',
    from: 'bucket: objects.bucket, key, contentType',
    to: "bucket: '', key, contentType",
    only: ['sends records as CSV'],
    red: ['sends records as CSV'],
    reason: /bucket/,
  },
  {
    name: 'loses the id of the request',
    file: 'request/stored-result.ts',
    from: 'return { requestId, bucket',
    to: "return { requestId: '', bucket",
    only: ['sends records as CSV'],
    red: ['sends records as CSV'],
    reason: /requestId/,
  },
  {
    name: 'takes bytes that are no UTF-8',
    file: 'request/read-request.ts',
    from: 'fatal: true',
    to: 'fatal: false',
    only: ['sends CSV in Latin-1'],
    red: ['sends CSV in Latin-1'],
    reason: /400.*422/,
  },
  {
    name: 'no longer looks whether the token has ended',
    file: 'request/check-caller.ts',
    from: 'Number(tokenExpiresAt) * 1_000 <= nowMs',
    to: 'Number(tokenExpiresAt) * 1_000 <= nowMs - 900_000',
    only: ['expired since it was accepted', 'sends records with a token that has expired'],
    red: [
      'sends records with a token that has expired since it was accepted',
      'looks at a request with a token that has expired since it was accepted',
    ],
    reason: /401.*200/,
  },
  {
    name: 'blames the caller for a model that is too busy',
    file: 'request/model-error.ts',
    from: '    case 408:\n    case 429:\n',
    to: '    case 408:\n',
    only: ['the model is too busy', 'too large for the model'],
    red: ['sends records while the model is too busy'],
    reason: /502.*422/,
  },
  {
    name: 'blames the caller for what is too large for the model',
    file: 'request/model-error.ts',
    from: '    case 413:\n',
    to: '    case 599:\n',
    only: ['the model is too busy', 'too large for the model'],
    red: ['sends records that are too large for the model'],
    reason: /413.*422/,
  },
  {
    name: 'does not tell a caller that was not recognised from an answer outside the contract',
    file: 'init/check-partner-answer.ts',
    from: ", 'CALLER_NOT_RECOGNISED'] as const",
    to: '] as const',
    only: ['without being recognised'],
    red: ['asks for a token without being recognised by the partner'],
    reason: /403.*502/,
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

const locationMutations: readonly ApiMutation[] = [
  {
    name: 'answers 200 to what is only accepted',
    file: 'request/answer-request.ts',
    from: 'return { status: 202, headers',
    to: 'return { status: 200, headers',
    only: ['names a location with records'],
    red: ['names a location with records'],
    reason: /202.*200/,
  },
  {
    name: 'no longer says where to ask',
    file: 'request/answer-request.ts',
    from: 'status: 202, headers: { Location }, body',
    to: 'status: 202, body',
    only: ['names a location with records'],
    red: ['names a location with records'],
    reason: /Location/i,
  },
  {
    name: 'forgets the key of a location',
    file: 'request/read-request.ts',
    from: "hashOf('inputLocation', inputLocation), idempotencyHash };",
    to: "hashOf('inputLocation', inputLocation), idempotencyHash: null };",
    only: ['with an Idempotency-Key that'],
    red: [
      'sends records with an Idempotency-Key that was used with a location',
      'names a location with an Idempotency-Key that was used with records',
      'names another location with an Idempotency-Key that is taken',
    ],
    reason: /409.*20[02]/,
  },
  {
    name: 'blames the caller for a worker that cannot be invoked',
    file: 'request/large-request-errors.ts',
    from: 'WORKER_UNAVAILABLE: [503',
    to: 'WORKER_UNAVAILABLE: [400',
    only: ['names a location while'],
    red: ['names a location while the worker cannot be invoked'],
    reason: /503.*400/,
  },
  {
    name: 'renames the count of what is done',
    file: 'request/look-up-request.ts',
    from: 'state: progress, recordsDone, createdAt',
    to: 'state: progress, done: recordsDone, createdAt',
    only: ['looks at a request that is being worked on'],
    red: ['looks at a request that is being worked on'],
    reason: /recordsDone/,
  },
  {
    name: 'loses the bucket of the result of a location',
    file: 'request/look-up-request.ts',
    from: 'result: { bucket: states.bucket, ...result }',
    to: "result: { bucket: '', ...result }",
    only: ['looks at a request that'],
    red: ['looks at a request that has succeeded'],
    reason: /bucket/,
  },
  {
    name: 'no longer says why a request has failed',
    file: 'request/look-up-request.ts',
    from: "...(progress === 'FAILED' && error !== null && { error }),",
    to: '',
    only: ['looks at a request that has failed'],
    red: ['looks at a request that has failed'],
    reason: /error/,
  },
];

const templateMutations: readonly (Omit<ApiMutation, 'file'> & { readonly greenToo: number })[] = [
  {
    name: 'reads the token from another header',
    from: 'partnerToken:\n              type: apiKey\n              name: Authorization',
    to: 'partnerToken:\n              type: apiKey\n              name: X-Partner-Token',
    only: ['sends records as', 'sends records with a token that has expired'],
    red: [
      'sends records as JSON',
      'sends records as JSON Lines',
      'sends records as JSON Lines under its other name',
      'sends records as CSV',
      'sends records with a token that has expired since it was accepted',
    ],
    reason: /200.*401/,
    greenToo: 1,
  },
  {
    name: 'forgets the authorizer',
    from: 'security:\n                - partnerToken: []\n',
    to: '',
    only: [
      'sends records with a token that has expired',
      'sends records with a token of another account',
      'sends records with something that is no token',
    ],
    red: [
      'sends records with something that is no token',
      'sends records with a token that has expired',
      'sends records with a token that has expired since it was accepted',
      'sends records with a token of another account',
    ],
    reason: /401|403/,
    greenToo: 0,
  },
  {
    name: 'forgets the authorizer of the state',
    from: 'not found here.\n              security:\n                - partnerToken: []\n',
    to: 'not found here.\n',
    only: ['looks at a request with something that is no token', 'looks at a request with a token of another account'],
    red: ['looks at a request with something that is no token', 'looks at a request with a token of another account'],
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
    name: 'writes the confidence in percent',
    file: 'identity-model.ts',
    from: 'newEmail: 0.6,',
    to: 'newEmail: 60,',
    red: ['sends three records as JSON', 'sends three records as JSON Lines', 'sends three records as CSV'],
    reason: /confidence/,
  },
  {
    name: 'gives its reason as a sentence',
    file: 'identity-model.ts',
    from: "problem ?? 'NOT_IN_GRAPH'",
    to: "problem ?? ('Not in the graph.' as never)",
    red: ['sends three records as JSON', 'sends three records as JSON Lines', 'sends three records as CSV'],
    reason: /reason/,
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
  test.for([...functionMutations, ...locationMutations])('is red where the customer $name', async ({ red, reason, only, ...edit }) => {
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
  const named = [...partnerMutations, ...functionMutations, ...locationMutations, ...templateMutations, ...modelMutations].flatMap(
    ({ red }) => red,
  );
  expect(named.filter((description) => !known.includes(description))).toEqual([]);
});
