// Pact files that the library itself writes in its older forms: they are read, and the stand-in made of them satisfies Pact's own verifier
// (that of pact-core: the library's Verifier class parses form bodies in a proxy of its own, and sends on something else).
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MatchersV2, MatchersV3, PactV2, PactV3, SpecificationVersion } from '@pact-foundation/pact';
import { Verifier } from '@pact-foundation/pact-core';
import { expect, onTestFinished, test } from 'vitest';
import { readPact } from '../../contracts/pact/read-pact.ts';
import { createStandIn, type StandIn } from '../../contracts/stand-in/create-stand-in.ts';

async function pactDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-library-pacts-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function serve(standIn: StandIn): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await standIn.answer(
      { method: request.method ?? '', path, query, headers, body },
      { activeStates: new Set(), now: Date.now, values: {} },
    );
    if (answer.kind === 'answered') response.writeHead(answer.status, answer.headers);
    else response.writeHead(400);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function expectVerified(file: string, specification: string): Promise<void> {
  const pact = readPact(await readFile(file, 'utf8'), file);
  expect(pact.specification).toBe(specification);
  const providerBaseUrl = await serve(createStandIn(pact));
  // Rejects where an interaction does not hold.
  const result = await new Verifier({ providerBaseUrl, provider: pact.provider, pactUrls: [file], logLevel: 'error' }).verify();
  const { interactionResults } = JSON.parse(result) as { interactionResults: { result: string }[] };
  expect(interactionResults.map((one) => one.result)).toEqual(pact.interactions.map(() => 'OK'));
}

test('a pact of specification 2 with its matchers', async () => {
  const dir = await pactDirectory();
  const pact = new PactV2({ consumer: 'old', provider: 'something', dir, spec: 2, logLevel: 'error' });
  await pact.setup();
  await pact.addInteraction({
    state: undefined,
    uponReceiving: 'everything',
    withRequest: {
      method: 'POST',
      path: MatchersV2.term({ matcher: '/v2/\\d+', generate: '/v2/1' }),
      query: { t: MatchersV2.term({ matcher: '\\d+', generate: '5' }) },
      headers: { 'Content-Type': 'application/json', 'X-T': MatchersV2.term({ matcher: 'x.*', generate: 'xy' }) },
      body: { a: MatchersV2.like(1), b: MatchersV2.eachLike('x', { min: 2 }), c: MatchersV2.term({ matcher: 'z+', generate: 'zz' }) },
    },
    willRespondWith: {
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: {
        like: MatchersV2.like({ n: 1, f: 1.5, s: 's' }),
        list: MatchersV2.eachLike({ x: MatchersV2.integer(3) }, { min: 2 }),
        term: MatchersV2.term({ matcher: 'z{3,5}', generate: 'zzz' }),
        at: MatchersV2.iso8601DateTimeWithMillis(),
        uuid: MatchersV2.uuid(),
        ip: MatchersV2.ipv6Address(),
        rfc: MatchersV2.rfc1123Timestamp(),
        email: MatchersV2.email(),
        decimal: MatchersV2.decimal(1.5),
      },
    },
  });
  const { status } = await fetch(`${pact.mockService.baseUrl}/v2/7?t=77`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-t': 'xq' },
    body: JSON.stringify({ a: 2, b: ['q', 'r'], c: 'z' }),
  });
  expect(status).toBe(200);
  await pact.verify();
  await pact.finalize();
  await expectVerified(join(dir, 'old-something.json'), '2.0.0');
});

test('a pact of specification 3 with a form, which the verifier sends as it stands', async () => {
  const dir = await pactDirectory();
  const pact = new PactV3({
    consumer: 'form',
    provider: 'something',
    dir,
    spec: SpecificationVersion.SPECIFICATION_VERSION_V3,
    logLevel: 'error',
  });
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  pact
    .uponReceiving('a form')
    .withRequest({ method: 'POST', path: MatchersV3.regex('/x/\\d+', '/x/1'), headers, body: 'a=1&b=x+y' })
    .willRespondWith({ status: 200, headers: { 'Content-Type': 'application/json' }, body: { n: MatchersV3.integer(1) } });
  await pact.executeTest(async ({ url }) => {
    expect((await fetch(`${url}/x/2`, { method: 'POST', headers, body: 'a=1&b=x+y' })).status).toBe(200);
  });
  await expectVerified(join(dir, 'form-something.json'), '3.0.0');
});
