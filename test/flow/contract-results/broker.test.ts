// Against strict-broker.ts, never against a real Pact Broker: see there for what it follows.
import { readdir } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askBroker, pathOfLink } from '../../../contracts/results/broker/ask-broker.ts';
import { brokerFromEnvironment } from '../../../contracts/results/broker/broker-connection.ts';
import { publishPacts } from '../../../contracts/results/broker/publish-pacts.ts';
import { recordVerification } from '../../../contracts/results/record-verification.ts';
import { recordVersion } from '../../../contracts/results/record-version.ts';
import { runAirlock } from '../run-airlock.ts';
import { createResultFolder, failedReport, pactText, report } from './result-folder.ts';
import { startStrictBroker } from './strict-broker.ts';

const token = 'a-very-secret-token';
const authorization = `Bearer ${token}`;

async function cli(args: readonly string[], url: string, env: Record<string, string> = { PACT_BROKER_TOKEN: token }) {
  await using run = runAirlock(['contract', ...args], { env: { PACT_BROKER_BASE_URL: url, ...env } });
  const answer = { code: await run.exitCode, stdout: run.stdout(), stderr: run.stderr() };
  expect(answer.stdout + answer.stderr).not.toContain(token);
  return answer;
}

const connection = (url: string, more: Record<string, string> = {}) => {
  const broker = brokerFromEnvironment({ PACT_BROKER_BASE_URL: url, PACT_BROKER_TOKEN: token, ...more });
  if (broker === null) throw new Error('the address is set');
  return broker;
};

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('with a broker', () => {
  it('publish publishes, verify publishes its result, can-i-deploy asks', async () => {
    // Links with another host: a broker behind a proxy. The path is asked for, at the configured address.
    await using broker = await startStrictBroker({ authorization, linkBase: 'http://internal.invalid' });
    await using folder = await createResultFolder();
    const pact = await folder.pact('pact.json', pactText());
    const asked = ['can-i-deploy', '--participant', 'customer-init', '--version', '1.0.0'];
    const results = ['--results', folder.results];

    const published = await cli(['publish', '--version', '1.0.0', '--branch', 'main', '--pact', pact, ...results], broker.url);
    expect(published).toMatchObject({ code: 0, stderr: '' });
    expect((await cli([...asked, '--to', 'production'], broker.url)).code).toBe(1);

    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results, broker: connection(broker.url) };
    await recordVerification(failedReport(), options);
    expect((await cli([...asked, '--with', 'partner-token=2.0.0'], broker.url)).code).toBe(1);
    expect(JSON.stringify(broker.verifications)).not.toContain('eyJsecret');

    expect(await recordVerification(report(), options)).toMatchObject({ recorded: true, publishedTo: `${broker.url}/` });
    expect(broker.verifications.at(-1)).toMatchObject({
      success: true,
      providerApplicationVersion: '2.0.0',
      testResults: [{ interactionId: expect.stringMatching(/^[0-9a-f]{40}$/), success: true }, { success: true }],
    });
    for (const how of [['--to', 'production'], ['--with', 'partner-token=2.0.0'], []]) {
      const yes = await cli([...asked, ...how], broker.url);
      expect(yes).toMatchObject({ code: 0, stderr: '' });
      expect(yes.stdout).toContain('customer-init  1.0.0    partner-token  2.0.0    yes');
      expect(yes.stdout).toContain('All required verification results are published and successful');
    }
    const json = await cli([...asked, '--json'], broker.url);
    expect(JSON.parse(json.stdout)).toMatchObject({ source: 'broker', deployable: true });
    expect((await cli([...asked, '--with', 'partner-token=9'], broker.url)).code).toBe(1);
    expect(broker.complaints).toEqual([]);
    expect(broker.requests).toContain('POST /contracts/publish');
    expect(broker.requests).toContain('GET /can-i-deploy?pacticipant=customer-init&version=1.0.0&environment=production');
  });

  it('a result goes to the pact that was verified, not to the newest', async () => {
    await using broker = await startStrictBroker({ authorization });
    await using folder = await createResultFolder();
    const own = connection(broker.url);
    const publish = (version: string, text: string) =>
      publishPacts(own, { consumer: 'customer-init', version, branch: null, pacts: [{ provider: 'partner-token', text }] });
    await publish('1.0.0', pactText());
    await publish('1.1.0', pactText('/newer'));
    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results, broker: own };
    await recordVerification(report(), options);
    expect(broker.verifications).toMatchObject([{ consumerVersion: '1.0.0' }]);
    await expect(recordVerification(report(pactText('/never-published')), options)).rejects.toMatchObject({
      code: 'BROKER_FAILED',
      message: expect.stringContaining('does not have the contract'),
      hint: expect.stringContaining('airlock contract publish'),
    });
    expect(broker.complaints).toEqual([]);
  });

  it('a version that has another contract there is refused, and not recorded here', async () => {
    await using broker = await startStrictBroker({ authorization });
    await using folder = await createResultFolder();
    await publishPacts(connection(broker.url), {
      consumer: 'customer-init',
      version: '1.0.0',
      branch: null,
      pacts: [{ provider: 'partner-token', text: pactText() }],
    });
    const other = await folder.pact('other.json', pactText('/b'));
    const answer = await cli(['publish', '--version', '1.0.0', '--pact', other, '--results', folder.results], broker.url);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('Cannot change the content of the pact');
    expect((await cli(['publish', '--version', '1.0.1', '--pact', other, '--results', folder.results], broker.url)).code).toBe(0);
  });

  it('takes user name and password', async () => {
    await using broker = await startStrictBroker({ authorization: `Basic ${Buffer.from('me:pass:word').toString('base64')}` });
    const answer = await cli(['can-i-deploy', '--participant', 'nobody', '--version', '1'], broker.url, {
      PACT_BROKER_USERNAME: 'me',
      PACT_BROKER_PASSWORD: 'pass:word',
    });
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining("No pacticipant with name 'nobody' found") });
    const wrong = await cli(['can-i-deploy', '--participant', 'nobody', '--version', '1'], broker.url, {});
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('answers 401') });
    expect(wrong.stderr).toContain('PACT_BROKER_TOKEN');
  });

  const json = { 'content-type': 'application/hal+json;charset=utf-8' };
  const failures: readonly (readonly [string, RequestListener, string])[] = [
    [
      'a web page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'answers 200 with text/html, not JSON',
    ],
    ['something that is no JSON', (_, response) => response.writeHead(200, json).end('{'), 'says that it answers with JSON'],
    ['JSON without a summary', (_, response) => response.writeHead(200, json).end('{}'), 'without a summary'],
    ['404', (_, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'), 'has no /matrix'],
    [
      '500',
      (_, response) => response.writeHead(500, json).end('{"error":{"message":"out of \\u001b[2Jorder"}}'),
      'answers 500: message out of [2Jorder',
    ],
    [
      'a redirect to another host',
      (_, response) => response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
      'redirects to http://elsewhere.invalid, which is not followed',
    ],
    ['redirects for ever', (_, response) => response.writeHead(302, { location: '/again' }).end(), 'redirects more than 3 times'],
    [
      'half an answer',
      (_, response) => void response.writeHead(200, { ...json, 'content-length': '10' }).write('{', () => response.destroy()),
      'does not answer',
    ],
  ];
  it.each(failures)('that answers with %s the answer is no yes, and exit code 3', async (_what, listener, words) => {
    await using server = await serve(listener);
    const answer = await cli(['can-i-deploy', '--participant', 'customer-init', '--version', '1'], server.url);
    expect(answer).toMatchObject({ code: 3, stdout: '' });
    expect(answer.stderr).toContain(words);
  });

  it('that redirects elsewhere, the credentials do not go along; to itself it is followed', async () => {
    const asked: (string | undefined)[] = [];
    await using other = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(200, json).end(JSON.stringify({ summary: { deployable: true, reason: 'r' }, matrix: [] }));
    });
    await using away = await serve((_, response) => response.writeHead(307, { location: `${other.url}/matrix` }).end());
    const question = ['can-i-deploy', '--participant', 'a', '--version', '1'];
    expect((await cli(question, away.url)).code).toBe(3);
    expect(asked).toEqual([]);
    await using itself = await serve((request, response) =>
      request.url === '/there'
        ? response
            .writeHead(200, json)
            .end(JSON.stringify({ summary: { deployable: request.headers.authorization === authorization, reason: 'r' } }))
        : response.writeHead(307, { location: '/there' }).end(),
    );
    expect((await cli(question, itself.url)).code).toBe(0);
  });

  it('that says "not known", or yes without a row for who was named, the answer is no', async () => {
    let deployable: unknown = null;
    await using server = await serve((_, response) =>
      response.writeHead(200, json).end(JSON.stringify({ summary: { deployable, reason: 'r' }, matrix: [] })),
    );
    const asked = ['can-i-deploy', '--participant', 'a', '--version', '1'];
    for (deployable of [null, 'true', 1]) expect((await cli(asked, server.url)).code).toBe(1);
    deployable = true;
    const named = await cli([...asked, '--with', 'b=2'], server.url);
    expect(named).toMatchObject({ code: 1, stdout: expect.stringContaining('It has no successful result of a 1 with b 2.') });
  });

  it('that is silent, or never ends its answer, is given up', async () => {
    await using silent = await serve(() => undefined);
    await using endless = await serve((_, response) => void response.writeHead(200, json).write('{'));
    for (const { url } of [silent, endless]) {
      const pacts = publishPacts({ ...connection(url), timeoutMs: 300 }, { consumer: 'c', version: '1', branch: null, pacts: [] });
      await expect(pacts).rejects.toMatchObject({ code: 'BROKER_FAILED', message: expect.stringContaining('within 0.3 s') });
    }
  });

  it('that is not there is a line and exit code 3; a file is recorded before', async () => {
    await using server = await serve(() => undefined);
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const answer = await cli(['can-i-deploy', '--participant', 'customer-init', '--version', '1'], url);
    expect(answer).toMatchObject({ code: 3, stderr: expect.stringContaining('does not answer (ECONNREFUSED)') });
  });
});

describe('results at a broker', () => {
  const json = { 'content-type': 'application/hal+json;charset=utf-8' };
  const publish = async (url: string, version: string, text: string) =>
    publishPacts(connection(url), { consumer: 'customer-init', version, branch: null, pacts: [{ provider: 'partner-token', text }] });

  it("have the form of Pact's own verifier: what differs by attribute and place, and why there was no answer", async () => {
    await using broker = await startStrictBroker({ authorization });
    await using folder = await createResultFolder();
    await publish(broker.url, '1.0.0', pactText());
    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results, broker: connection(broker.url) };
    await recordVerification(failedReport(), options);
    const [first, second] = report().interactions;
    if (first === undefined || second === undefined) throw new Error('the report has two interactions');
    const silent = { ...first, ok: false, mismatches: ['http://10.0.0.1 is silent'], code: 'PROVIDER_TOO_SLOW' as const };
    await recordVerification(report(pactText(), { ok: false, interactions: [silent, second] }), options);
    expect(broker.complaints).toEqual([]);
    const interactionId = expect.stringMatching(/^[0-9a-f]{40}$/);
    expect(broker.verifications.map((each) => each.testResults)).toEqual([
      [
        { interactionId, interactionDescription: 'a token is given', success: true },
        {
          interactionId,
          interactionDescription: 'no token',
          success: false,
          mismatches: [
            { attribute: 'status', description: 'status: expected 403 but was 200' },
            { attribute: 'body', identifier: '$.token', description: 'body $.token: other value' },
          ],
        },
      ],
      [
        { interactionId, interactionDescription: 'a token is given', success: false, exceptions: [{ message: 'PROVIDER_TOO_SLOW' }] },
        { interactionId, interactionDescription: 'no token', success: true },
      ],
    ]);
    expect(broker.verifications[0]?.verifiedBy).toEqual({ implementation: 'airlock', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it('of a contract that is older than what is looked through are found by the recorded versions, or it is said how far was looked', async () => {
    await using broker = await startStrictBroker({ authorization });
    await using folder = await createResultFolder();
    // The newest is the last published, and this broker lists the oldest first.
    for (let index = 0; index < 32; index += 1) await publish(broker.url, `1.${index}.0`, pactText(`/${index}`));
    await publish(broker.url, '2.0.0', pactText());
    await publish(broker.url, '3.0.0', pactText('/newest'));
    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results, broker: connection(broker.url) };
    await expect(recordVerification(report(), options)).rejects.toMatchObject({
      code: 'BROKER_FAILED',
      message: expect.stringMatching(/lists 34 versions .* is not among the first 30/),
    });
    const { pactSha256 } = report();
    await recordVersion(folder.results, { consumer: 'customer-init', provider: 'partner-token', version: '2.0.0', pactSha256 });
    await recordVerification(report(), options);
    expect(broker.verifications).toMatchObject([{ consumerVersion: '2.0.0' }]);
    expect(broker.complaints).toEqual([]);
  });

  it.each(['x:1/steal', 'data:.elsewhere.invalid/x', 'mailto:me@elsewhere.invalid', 'file:///steal'])(
    'never go to a link such as %s',
    async (href) => {
      const asked: (string | undefined)[] = [];
      await using server = await serve((request, response) => {
        asked.push(request.url);
        const _links = { 'pb:publish-verification-results': { href } };
        response.writeHead(200, json).end(JSON.stringify({ ...(JSON.parse(pactText()) as object), _links }));
      });
      await using folder = await createResultFolder();
      const options = { providerVersion: '2.0.0', resultsDirectory: folder.results, broker: connection(server.url) };
      await expect(recordVerification(report(), options)).rejects.toMatchObject({
        code: 'BROKER_FAILED',
        message: expect.stringContaining('names no link for results'),
      });
      expect(asked).toEqual(['/pacts/provider/partner-token/consumer/customer-init/latest']);
    },
  );

  it.each(['1/steal', '.elsewhere.invalid/x', '@elsewhere.invalid/x'])('nor does a request to %s leave the address', async (path) => {
    await expect(askBroker(connection('http://127.0.0.1:9'), path)).rejects.toMatchObject({
      code: 'BROKER_FAILED',
      message: expect.stringContaining('leads away from it'),
    });
  });

  it('a link with two slashes is a path at the broker, not another host', () => {
    expect(pathOfLink(connection('http://broker.invalid/b'), { href: 'http://broker.invalid/b//elsewhere.invalid/x?y=1' })).toBe(
      '//elsewhere.invalid/x?y=1',
    );
  });

  it('and contracts are not believed to be published where the answer is not as documented', async () => {
    await using folder = await createResultFolder();
    const pact = await folder.pact('pact.json', pactText());
    for (const text of ['', '{}', '[]', '{"_links":{}}', '{"_links":[],"logs":[]}']) {
      await using server = await serve((_, response) => response.writeHead(200, json).end(text));
      const answer = await cli(['publish', '--version', '1.0.0', '--pact', pact, '--results', folder.results], server.url);
      expect(answer).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('not as a Pact Broker does') });
    }
    await expect(readdir(folder.results)).rejects.toMatchObject({ code: 'ENOENT' });

    await using server = await serve((request, response) => {
      const _links = { 'pb:publish-verification-results': { href: '/results' } };
      const body = request.method === 'GET' ? { ...(JSON.parse(pactText()) as object), _links } : {};
      response.writeHead(request.method === 'GET' ? 200 : 201, json).end(JSON.stringify(body));
    });
    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results, broker: connection(server.url) };
    await expect(recordVerification(report(), options)).rejects.toMatchObject({
      code: 'BROKER_FAILED',
      message: expect.stringContaining('without the result'),
    });
  });
});

describe('a yes of a broker', () => {
  const row = (consumer: string, consumerVersion: string, provider: string, providerVersion: string, success = true) => ({
    consumer: { name: consumer, version: { number: consumerVersion } },
    provider: { name: provider, version: { number: providerVersion } },
    verificationResult: { success },
  });
  const asked = ['can-i-deploy', '--participant', 'customer-init', '--version', '1.0.0'];
  const named = [...asked, '--with', 'partner-token=2.0.0'];
  const json = { 'content-type': 'application/hal+json;charset=utf-8' };

  it.each<[string, readonly string[], readonly object[], number]>([
    ['with the versions that were asked for', named, [row('customer-init', '1.0.0', 'partner-token', '2.0.0')], 0],
    ['about another version of the counterpart', named, [row('customer-init', '1.0.0', 'partner-token', '1.9.0')], 1],
    ['about another version of the participant', named, [row('customer-init', '0.9.0', 'partner-token', '2.0.0')], 1],
    ['the same, without a counterpart named', asked, [row('customer-init', '0.9.0', 'partner-token', '2.0.0')], 1],
    ['that shows nothing of a contract that ships', asked, [], 1],
    [
      'that leaves out a failure with another counterpart',
      named,
      [row('customer-init', '1.0.0', 'partner-token', '2.0.0'), row('customer-init', '1.0.0', 'other', '1', false)],
      1,
    ],
  ])('%s', async (_what, args, matrix, code) => {
    const urls: string[] = [];
    await using server = await serve((request, response) => {
      urls.push(request.url ?? '');
      response.writeHead(200, json).end(JSON.stringify({ summary: { deployable: true, reason: 'r' }, matrix }));
    });
    const answer = await cli(args, server.url);
    expect(answer).toMatchObject({ code, stderr: '' });
    if (code === 1) expect(answer.stdout).toContain('It has no successful result of customer-init 1.0.0 with');
    // Without it a broker looks at nobody but those that are named.
    expect(urls).toEqual([expect.stringMatching(/^\/matrix\?.*latest=true/)]);
  });
});

describe('the address and the credentials of a broker', () => {
  it.each<[string, Record<string, string>]>([
    ['is no http or https URL', { PACT_BROKER_BASE_URL: 'ftp://x' }],
    ['holds a user name or a password', { PACT_BROKER_BASE_URL: 'https://me:hunter2@x' }],
    ['are both set', { PACT_BROKER_BASE_URL: 'https://x', PACT_BROKER_TOKEN: 'hunter2', PACT_BROKER_USERNAME: 'me' }],
    ['without PACT_BROKER_USERNAME', { PACT_BROKER_BASE_URL: 'https://x', PACT_BROKER_PASSWORD: 'hunter2' }],
    ['no header may hold', { PACT_BROKER_BASE_URL: 'https://x', PACT_BROKER_TOKEN: 'hunter2\n' }],
  ])('%s: refused, and not repeated', (words, environment) => {
    const read = () => brokerFromEnvironment(environment);
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_USAGE', message: expect.stringContaining(words) }));
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });

  it('may have a path; without an address there is no broker', () => {
    expect(connection('https://x/broker/').baseUrl.href).toBe('https://x/broker');
    expect(brokerFromEnvironment({})).toBeNull();
    expect(brokerFromEnvironment({ PACT_BROKER_BASE_URL: '' })).toBeNull();
  });
});
