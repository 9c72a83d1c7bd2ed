// Two contracts as a partner would publish them, written into a temporary directory; in the form of specification 3 or 4.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export type Specification = 3 | 4;

interface SampleMessage {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rules?: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>;
  readonly generators?: object;
}

export interface SampleInteraction {
  readonly description: string;
  readonly states?: readonly string[];
  readonly request: SampleMessage & { readonly method: string; readonly path: string; readonly pathRules?: readonly object[] };
  readonly response: SampleMessage & { readonly status: number };
}

const json = { 'Content-Type': 'application/json' };
const isoPattern = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,3})?Z$';
const tokenPattern = '^[A-Za-z0-9_-]{16,1024}\\.[A-Za-z0-9_-]{16,3072}\\.[A-Za-z0-9_-]{86}$';
const exampleToken = `${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(86)}`;

const invoke = {
  method: 'POST',
  path: `/2015-03-31/functions/${encodeURIComponent('arn:aws:lambda:eu-west-1:000000000000:function:tokens:s-000000000000')}/invocations`,
  pathRules: [{ match: 'regex', regex: '^/2015-03-31/functions/[^/]+/invocations$' }],
  headers: { ...json, 'X-Amz-Invocation-Type': 'RequestResponse' },
  // The SDK sends application/octet-stream.
  rules: { header: { 'Content-Type': [{ match: 'regex', regex: '^application/(json|octet-stream)$' }] } },
};

export const tokenInteractions: readonly SampleInteraction[] = [
  {
    description: 'a token for a subscriber whose subscription has ended',
    states: ['the subscription has ended'],
    request: { ...invoke, body: { productCode: 'airlock-identity' } },
    response: { status: 200, headers: json, body: { ok: false, reason: 'SUBSCRIPTION_ENDED' } },
  },
  {
    description: 'a token for a subscriber',
    states: ['a subscription is active'],
    request: { ...invoke, body: { productCode: 'airlock-identity' } },
    response: {
      status: 200,
      headers: { ...json, 'X-Amz-Executed-Version': '7' },
      body: { ok: true, token: exampleToken, expiresAt: '2026-01-01T00:15:00Z' },
      rules: {
        body: { '$.token': [{ match: 'regex', regex: tokenPattern }], '$.expiresAt': [{ match: 'regex', regex: isoPattern }] },
      },
    },
  },
  {
    description: 'a token, while the function fails',
    states: ['the partner function fails'],
    request: { ...invoke, body: { productCode: 'airlock-identity' } },
    response: {
      status: 200,
      headers: { ...json, 'X-Amz-Function-Error': 'Unhandled' },
      body: { errorType: 'TokenFunctionError', errorMessage: 'SUBSCRIPTION_STORE_UNAVAILABLE' },
    },
  },
];

export const modelInteractions: readonly SampleInteraction[] = [
  { description: 'a health check', request: { method: 'GET', path: '/ping' }, response: { status: 200 } },
  {
    description: 'records as JSON',
    request: {
      method: 'POST',
      path: '/invocations',
      headers: json,
      body: { records: [{ id: 'c-0001', email: 'lena.sample@example.com' }] },
      rules: { body: { '$.records[0].id': [{ match: 'type' }], '$.records[0].email': [{ match: 'type' }] } },
    },
    response: {
      status: 200,
      headers: json,
      body: { results: [{ id: 'c-0001', identityId: '0f3c', score: 0.75 }] },
      rules: { body: { '$.results[0].identityId': [{ match: 'type' }] } },
      generators: { body: { '$.results[0].identityId': { type: 'RandomHexadecimal', digits: 8 } } },
    },
  },
  {
    description: 'records that the model does not take',
    request: { method: 'POST', path: '/invocations', headers: json, body: { records: [{ id: 'refused' }] } },
    response: { status: 400, headers: json, body: { error: 'unknown' } },
  },
];

export function contractText(provider: string, interactions: readonly SampleInteraction[], specification: Specification): string {
  return JSON.stringify({
    consumer: { name: 'a-customer' },
    provider: { name: provider },
    interactions: interactions.map(({ description, states = [], request, response }) => {
      const { pathRules, method, path, ...sent } = request;
      return {
        ...(specification === 4 && { type: 'Synchronous/HTTP', pending: false }),
        description,
        providerStates: states.map((name) => ({ name })),
        request: { method, path, ...message(sent, specification, pathRules) },
        response: { status: response.status, ...message(response, specification) },
      };
    }),
    metadata: { pactSpecification: { version: specification === 4 ? '4.0' : '3.0.0' } },
  });
}

function message(
  { headers = {}, body, rules = {}, generators }: SampleMessage,
  specification: Specification,
  pathRules?: readonly object[],
) {
  const inOrder = (one: Readonly<Record<string, readonly object[]>>) =>
    Object.fromEntries(Object.entries(one).map(([path, matchers]) => [path, { combine: 'AND', matchers }]));
  const matchingRules = {
    ...Object.fromEntries(Object.entries(rules).map(([about, one]) => [about, inOrder(one)])),
    ...(pathRules !== undefined && { path: { combine: 'AND', matchers: pathRules } }),
  };
  const inForm = specification === 4 ? { content: body, contentType: 'application/json', encoded: false } : body;
  return {
    headers: specification === 4 ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) : headers,
    ...(body !== undefined && { body: inForm }),
    ...(Object.keys(matchingRules).length > 0 && { matchingRules }),
    ...(generators !== undefined && { generators }),
  };
}

/** Removed at the end of the test. */
export async function contractDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'contracts-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface WrittenContracts {
  readonly directory: string;
  /** Values of --model and --partner. */
  readonly model: string;
  readonly partner: string;
}

export async function writeContracts(
  specification: Specification,
  {
    token = tokenInteractions,
    model = modelInteractions,
  }: { token?: readonly SampleInteraction[]; model?: readonly SampleInteraction[] } = {},
): Promise<WrittenContracts> {
  const directory = await contractDirectory();
  const [modelFile, tokenFile] = [join(directory, 'model.json'), join(directory, 'token.json')];
  await writeFile(modelFile, contractText('acme-model', model, specification));
  await writeFile(tokenFile, contractText('acme-tokens', token, specification));
  return { directory, model: `pact:${modelFile}`, partner: `pact:${tokenFile}` };
}
