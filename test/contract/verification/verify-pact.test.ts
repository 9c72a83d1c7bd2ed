import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ContractError } from '../../../contracts/contract-error.ts';
import { pactFingerprint } from '../../../contracts/results/pact-fingerprint.ts';
import { sendOverHttp } from '../../../contracts/verification/send-http.ts';
import { statesOverHttp } from '../../../contracts/verification/states-over-http.ts';
import type { InteractionResult, VerificationReport } from '../../../contracts/verification/verification-report.ts';
import { type VerifyPactOptions, verifyPact } from '../../../contracts/verification/verify-pact.ts';
import {
  type Agreed,
  answerJson,
  closedUrl,
  jsonBody,
  pactText,
  type SmallProviderOptions,
  startSmallProvider,
  writePact,
} from './small-provider.ts';

type Options = Partial<Omit<VerifyPactOptions, 'pactFile'>>;

async function verifyWith(text: string, provider: SmallProviderOptions, options: Options = {}) {
  await using pact = await writePact(text);
  await using running = await startSmallProvider(provider);
  const send = sendOverHttp(running.url);
  const report = await verifyPact({ pactFile: pact.path, send, setState: statesOverHttp(running.stateUrl), timeoutMs: 5_000, ...options });
  return { report, seen: running.seen, changes: running.changes };
}

async function only(agreed: Agreed, provider: SmallProviderOptions, options: Options = {}): Promise<InteractionResult> {
  const { report } = await verifyWith(pactText([agreed]), provider, options);
  expect(report.interactions).toHaveLength(1);
  expect(report.ok).toBe(report.interactions[0]?.ok);
  return report.interactions[0] as InteractionResult;
}

async function refusal(work: Promise<VerificationReport | { report: VerificationReport }>): Promise<ContractError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ContractError);
  return error as ContractError;
}

test('a provider that answers as agreed passes, and the report says what was verified', async () => {
  const text = pactText([
    { description: 'a thing', states: ['there is a thing'], response: jsonBody({ name: 'a' }) },
    { description: 'nothing special', response: { status: 200 } },
  ]);
  const ended: string[] = [];
  const { report, changes } = await verifyWith(
    text,
    { answer: answerJson(200, { name: 'a' }), states: { 'there is a thing': {} } },
    { onInteraction: ({ description }) => ended.push(description) },
  );
  expect(report).toEqual({
    consumer: 'small-consumer',
    provider: 'small-provider',
    pactSha256: pactFingerprint(text),
    partial: false,
    ok: true,
    interactions: [
      { description: 'a thing', providerStates: ['there is a thing'], ok: true, mismatches: [] },
      { description: 'nothing special', providerStates: [], ok: true, mismatches: [] },
    ],
  });
  expect(ended).toEqual(['a thing', 'nothing special']);
  expect(changes.map(({ action, state }) => `${action} ${state}`)).toEqual(['setup there is a thing', 'teardown there is a thing']);
});

test.each([
  ['another status', answerJson(200, { name: 'a' }), /status.*403.*200/i],
  ['a missing member', answerJson(403, {}), /name/],
  ['a value of another type', answerJson(403, { name: 1 }), /\$\.name/],
  ['a missing header', answerJson(403, { name: 'a' }, { 'x-other': '1' }), /x-needed/i],
])('%s is named', async (_what, answer, line) => {
  const headers = { 'Content-Type': ['application/json'], 'X-Needed': ['yes'] };
  const response = { ...jsonBody({ name: 'a' }), status: 403, headers };
  const result = await only({ description: 'refused', response }, { answer });
  expect(result.ok).toBe(false);
  expect(result.code).toBeUndefined();
  expect(result.mismatches.join('\n')).toMatch(line);
});

test('a lost element of a list is named', async () => {
  const result = await only({ description: 'two', response: jsonBody([{ a: 1 }, { a: 2 }]) }, { answer: answerJson(200, [{ a: 1 }]) });
  expect(result.ok).toBe(false);
  expect(result.mismatches.join('\n')).toMatch(/2 elements|length|size/i);
});

test('an answer that agrees in 4 of 5 is red, and the other 4 are counted as what they are', async () => {
  const agreed = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ description: name, request: { path: `/${name}` } }));
  const { report } = await verifyWith(pactText(agreed), {
    answer: ({ url }, response) => void response.writeHead(url === '/c' ? 500 : 200).end(),
  });
  expect(report.ok).toBe(false);
  expect(report.interactions.map(({ ok }) => ok)).toEqual([true, true, false, true, true]);
});

test.each([500, 502, 503, 504, 429, 302])('an agreed %i passes after one request', async (status) => {
  const { report, seen } = await verifyWith(pactText([{ description: 'bad day', response: { status } }]), {
    answer: (_request, response) => void response.writeHead(status, { location: '/elsewhere' }).end(),
  });
  expect(report.ok).toBe(true);
  expect(seen).toHaveLength(1);
});

test('method, raw path, query, headers and body arrive as agreed, with the values of the state', async () => {
  const request = {
    method: 'POST',
    path: '/functions/example/invocations',
    query: { q: ['a b'] },
    headers: { 'X-Kind': ['k'], 'Content-Type': ['application/json'] },
    body: { content: { score: '@' }, contentType: 'application/json', encoded: false },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a pact's own notation
    generators: { path: { type: 'ProviderState', expression: '/functions/${arn}/invocations' } },
  };
  const text = pactText([{ description: 'invoke', states: ['deployed'], request }]).replace('"@"', '1.0');
  const { report, seen } = await verifyWith(text, {
    answer: (_request, response) => void response.writeHead(200).end(),
    states: { deployed: { arn: 'arn%3Aaws%3Ax' } },
  });
  expect(report.ok).toBe(true);
  const [got] = seen;
  expect(got?.url).toBe('/functions/arn%3Aaws%3Ax/invocations?q=a+b');
  expect(got).toMatchObject({ method: 'POST', headers: { 'x-kind': 'k', 'content-type': 'application/json' } });
  expect(got?.body.toString()).toBe('{"score":1.0}');
});

test('what the states returned reaches whoever sends', async () => {
  const values: unknown[] = [];
  const agreed = [
    { description: 'one', states: ['s', 't'] },
    { description: 'two', states: [] },
  ];
  await verifyWith(
    pactText(agreed),
    { answer: () => {}, states: { s: { signAs: 'stranger' }, t: { token: 't' } } },
    {
      send: async ({ stateValues }) => {
        values.push({ ...stateValues });
        return { status: 200, headers: {}, body: Buffer.alloc(0) };
      },
    },
  );
  expect(values).toEqual([{ signAs: 'stranger', token: 't' }, {}]);
});

test('a packed answer that nobody asked for is red, and so is one with two types', async () => {
  const agreed = { description: 'packed', response: jsonBody({ name: 'a' }) };
  const json = { 'content-type': 'application/json' };
  const packed = await only(agreed, {
    answer: (_request, response) => void response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('{"name":"a"}')),
  });
  expect(packed).toMatchObject({ ok: false, mismatches: [expect.stringContaining('Content-Encoding: gzip')] });
  const twofold = await only(agreed, {
    answer: (_request, response) =>
      void response.writeHead(200, ['content-type', 'application/json', 'content-type', 'text/csv']).end('{"name":"a"}'),
  });
  expect(twofold).toMatchObject({ ok: false, mismatches: [expect.stringContaining('Content-Type')] });
});

test("what Pact's verifier says of itself is not sent, what the contract says is", async () => {
  const headers = { 'User-Agent': ['app/1'] };
  const { seen } = await verifyWith(pactText([{ description: 'one' }, { description: 'two', request: { headers } }]), {
    answer: (_request, response) => void response.end(),
  });
  expect(seen.map((each) => [each.headers['user-agent'], each.headers['accept-encoding']])).toEqual([
    [undefined, undefined],
    ['app/1', undefined],
  ]);
});

test.each([
  ['nothing', {}],
  ['null', { token: null }],
  ['an empty one', { token: '' }],
  ['a number', { token: 12_345 }],
  ['a list', { token: ['a'] }],
  ['an error', { token: 'a', error: { code: 'STATE_NOT_SET', message: 'no' } }],
])('a state that answers 200 with %s in place of the token sends no example of one', async (_what, values) => {
  const request = {
    headers: { Authorization: ['Bearer example'] },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a pact's own notation
    generators: { header: { Authorization: { type: 'ProviderState', expression: 'Bearer ${token}', dataType: 'STRING' } } },
  };
  const { report, seen } = await verifyWith(
    pactText([{ description: 'refused', states: ['expired'], request, response: { status: 401 } }]),
    {
      answer: answerJson(401, {}),
      states: { expired: values },
    },
  );
  expect(report.interactions).toMatchObject([{ ok: false, code: 'STATE_NOT_SET' }]);
  expect(seen).toEqual([]);
});

test.each(['provider', 'state server'])('nobody waits for all the answers of a %s that is frozen', async (frozen) => {
  const agreed = ['a', 'b', 'c', 'd', 'e', 'f'].map((description) => ({ description, states: ['s'] }));
  let waited = 0;
  const never: () => Promise<never> = () => {
    waited += 1;
    return Promise.withResolvers<never>().promise;
  };
  const options: Options = frozen === 'provider' ? { send: never } : { setState: never };
  const { report } = await verifyWith(pactText(agreed), { answer: () => {}, states: { s: {} } }, { ...options, timeoutMs: 300 });
  expect(report.interactions.map(({ ok }) => ok)).toEqual(agreed.map(() => false));
  expect(report.interactions.slice(2)).toMatchObject(
    agreed.slice(2).map(() => ({ code: 'PROVIDER_TOO_SLOW', mismatches: [expect.stringContaining('Not verified')] })),
  );
  expect(waited).toBeLessThanOrEqual(6);
});

test('no token, no record and no whole answer is printed', async () => {
  const rule = { combine: 'AND', matchers: [{ match: 'regex', regex: 'eyJ.*' }] };
  const body = { '$.token': rule, '$.note': rule };
  const json = { ...jsonBody({ token: 'eyJa', note: 'eyJa', kind: 'b' }), matchingRules: { body } };
  const secret = await only(
    { description: 'a', response: json },
    { answer: answerJson(200, { token: 'OPAQUE-SECRET', note: `long record ${'x'.repeat(100)}`, kind: 'short' }) },
  );
  expect(secret.ok).toBe(false);
  const text = secret.mismatches.join('\n');
  expect(text).toMatch(/body \$\.token: /);
  expect(text).not.toContain('OPAQUE-SECRET');
  expect(text).not.toContain('long record');
  expect(text).toContain('short');
  const csv = { body: { content: 'a,b', contentType: 'text/csv', encoded: false }, headers: { 'Content-Type': ['text/csv'] } };
  const record = await only(
    { description: 'a', response: csv },
    { answer: (_request, response) => void response.writeHead(200, { 'content-type': 'text/csv' }).end('Ann,Example,1970-01-01\nBob') },
  );
  expect(record.ok).toBe(false);
  expect(record.mismatches.join('\n')).not.toMatch(/Ann|Bob/);
  expect(record.mismatches.join('\n')).toContain('a,b');
});

test("a function's own error is said where it is the reason", async () => {
  const result = await only(
    { description: 'invoked', response: jsonBody({ token: 'a' }) },
    { answer: answerJson(200, { errorType: 'TypeError', errorMessage: 'x is\nundefined' }, { 'x-amz-function-error': 'Unhandled' }) },
  );
  expect(result.mismatches.at(-1)).toBe('the function failed: TypeError: x is undefined');
});

test('an unknown state fails its interaction at once and sends nothing to the provider', async () => {
  const beganAtMs = performance.now();
  const { report, seen, changes } = await verifyWith(
    pactText([{ description: 'a thing', states: ['known', 'the moon is full'] }, { description: 'other' }]),
    {
      answer: (_request, response) => void response.end(),
      states: { known: {} },
    },
  );
  expect(performance.now() - beganAtMs).toBeLessThan(10_000);
  expect(report.ok).toBe(false);
  expect(report.interactions).toMatchObject([{ ok: false, code: 'UNKNOWN_STATE' }, { ok: true }]);
  expect(report.interactions[0]?.mismatches).toEqual([expect.stringContaining('"the moon is full"')]);
  expect(seen).toHaveLength(1);
  // The state that had been set is taken back all the same.
  expect(changes.filter(({ action }) => action === 'teardown').map(({ state }) => state)).toContain('known');
});

test('a state that cannot be set fails its interaction at once', async () => {
  const beganAtMs = performance.now();
  const result = await only(
    { description: 'a thing', states: ['broken'] },
    { answer: (_request, response) => void response.end(), states: { broken: 500 } },
  );
  expect(performance.now() - beganAtMs).toBeLessThan(10_000);
  expect(result).toMatchObject({ ok: false, code: 'STATE_NOT_SET', mismatches: [expect.stringMatching(/"broken".*500: out of order/)] });
});

test('a state that cannot be taken back fails its interaction, however good the answer was', async () => {
  const setState: VerifyPactOptions['setState'] = async ({ action }) => {
    if (action === 'setup') return {};
    throw new ContractError('STATE_NOT_SET', 'The state "sticky" could not be taken back.', 'Its log says why.');
  };
  const result = await only(
    { description: 'a thing', states: ['sticky'] },
    { answer: (_request, response) => void response.end() },
    { setState },
  );
  expect(result).toMatchObject({ ok: false, code: 'STATE_NOT_SET' });
});

test('a state that is known to be missing is said before anything is sent', async () => {
  const knownStates = async () => ['there is a thing'];
  const error = await refusal(
    verifyWith(
      pactText([{ description: 'a thing', states: ['there is a ting'] }]),
      { answer: () => expect.fail('asked') },
      { knownStates },
    ),
  );
  expect(error).toMatchObject({ code: 'UNKNOWN_STATE', exitCode: 2 });
  expect(error.message).toContain('"there is a ting"');
});

test('a provider that is too slow is told so, and nobody waits for it', async () => {
  const result = await only({ description: 'slow' }, { answer: () => {} }, { timeoutMs: 300 });
  expect(result).toMatchObject({
    ok: false,
    code: 'PROVIDER_TOO_SLOW',
    mismatches: [expect.stringContaining('gave no answer within 0.3 s')],
  });
});

test('an agreed 504 is no excuse for a provider that says nothing', async () => {
  const result = await only({ description: 'slow', response: { status: 504 } }, { answer: () => {} }, { timeoutMs: 300 });
  expect(result).toMatchObject({ ok: false, code: 'PROVIDER_TOO_SLOW' });
});

test('a provider that is not there is told so', async () => {
  const url = await closedUrl();
  const result = await only({ description: 'a thing' }, { answer: () => {} }, { send: sendOverHttp(url) });
  expect(result).toMatchObject({ ok: false, code: 'PROVIDER_UNREACHABLE', mismatches: [expect.stringContaining(url)] });
});

test.each([
  ['before its answer', (_request: unknown, response: { destroy(): void }) => response.destroy()],
  [
    'in the middle of its answer',
    (
      _request: unknown,
      response: { writeHead(status: number, headers: object): unknown; write(text: string): unknown; destroy(): void },
    ) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setTimeout(() => response.destroy(), 50);
    },
  ],
])('a provider that breaks the connection off %s does not pass', async (_when, answer) => {
  const result = await only({ description: 'a thing' }, { answer: answer as SmallProviderOptions['answer'] });
  expect(result).toMatchObject({ ok: false, code: 'VERIFICATION_FAILED', mismatches: [expect.stringContaining('broke off')] });
});

test('a damaged, a newer, an empty and a missing pact are refused', async () => {
  const answer = () => expect.fail('asked');
  expect(await refusal(verifyWith('{"consumer": ', { answer }))).toMatchObject({ code: 'PACT_DAMAGED' });
  expect(await refusal(verifyWith(pactText([{ description: 'a' }], { version: '5.0' }), { answer }))).toMatchObject({
    code: 'PACT_NOT_SUPPORTED',
  });
  expect(await refusal(verifyWith(pactText([]), { answer }))).toMatchObject({ code: 'PACT_DAMAGED' });
  const missing = verifyPact({
    pactFile: '/nowhere/pact.json',
    send: sendOverHttp('http://127.0.0.1:9'),
    setState: async () => ({}),
    timeoutMs: 1_000,
  });
  expect(await refusal(missing)).toMatchObject({ code: 'BAD_USAGE', message: expect.stringContaining('/nowhere/pact.json') });
});

test('a pact of another provider is refused', async () => {
  const error = await refusal(verifyWith(pactText([{ description: 'a' }]), { answer: () => {} }, { provider: 'partner-token' }));
  expect(error).toMatchObject({ code: 'BAD_USAGE', message: expect.stringContaining('small-provider') });
});

test('only a part is verified on request, and the report says so', async () => {
  const text = pactText([{ description: 'one thing' }, { description: 'other thing' }, { description: 'nothing' }]);
  const answer: SmallProviderOptions['answer'] = (_request, response) => void response.end();
  const { report } = await verifyWith(text, { answer }, { only: ['one thing', 'nothing'] });
  expect(report).toMatchObject({ ok: true, partial: true, interactions: [{ description: 'one thing' }, { description: 'nothing' }] });
  expect(await refusal(verifyWith(text, { answer }, { only: ['one thing', 'a typo'] }))).toMatchObject({ code: 'BAD_USAGE' });
});

test("a filter in the user's environment leaves nothing out", async () => {
  process.env.PACT_DESCRIPTION = 'nothing is called so';
  try {
    expect(
      await only({ description: 'a thing', response: { status: 404 } }, { answer: (_request, response) => void response.end() }),
    ).toMatchObject({ ok: false });
  } finally {
    delete process.env.PACT_DESCRIPTION;
  }
});

test('whoever gives up gets the reason, and nothing is left behind', async () => {
  // Others verify at the same time; the name says whose directory it is.
  const own = () => readdirSync(tmpdir()).filter((name) => name.startsWith('airlock-verify-') && name.includes(`-${process.pid}-`));
  const before = own();
  const giveUp = new AbortController();
  const changes: string[] = [];
  const setState: VerifyPactOptions['setState'] = async ({ action, state }) => {
    changes.push(`${action} ${state}`);
    return {};
  };
  const work = verifyWith(
    pactText([{ description: 'slow', states: ['s'] }]),
    { answer: () => giveUp.abort(new Error('enough')) },
    { signal: giveUp.signal, setState, timeoutMs: 20_000 },
  );
  await expect(work).rejects.toThrow('enough');
  expect(own()).toEqual(before);
  expect(changes).toEqual(['setup s', 'teardown s']);
});
