// A Pact Broker as its documentation and its source describe it, and stricter: whatever is not asked for as written there is an error.
// Followed: pact_broker's doc/views (publish-contracts, publish-verification-results, can-i-deploy, matrix), api/resources/*.rb (content
// types, 400 and 409), publish_contracts_schema.rb, spec/fixtures/approvals. It is not the real one, which needs Ruby.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

export interface StrictBroker extends AsyncDisposable {
  readonly url: string;
  /** `METHOD /path?query` of each request that was answered. */
  readonly requests: readonly string[];
  /** What was not as documented. Empty at the end of every test. */
  readonly complaints: readonly string[];
  readonly verifications: readonly Json[];
}

export interface StrictBrokerOptions {
  /** The Authorization header that it takes. */
  readonly authorization: string;
  /** Base of the links that it writes, as behind a proxy that it does not know of. */
  readonly linkBase?: string;
}

interface Published {
  readonly consumer: string;
  readonly provider: string;
  readonly version: string;
  readonly content: Json;
}

export async function startStrictBroker({ authorization, linkBase }: StrictBrokerOptions): Promise<StrictBroker> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const verifications: Json[] = [];
  const published: Published[] = [];
  let url = '';

  const server = createServer((request, response) => {
    void answer(request).then(
      ([status, body, type = 'application/hal+json;charset=utf-8']) => send(response, status, body, type),
      (error: unknown) => {
        complaints.push(String(error));
        send(response, 500, { error: { message: String(error) } }, 'application/json;charset=utf-8');
      },
    );
  });

  type Answer = readonly [number, unknown, string?];

  async function answer(request: IncomingMessage): Promise<Answer> {
    const text = await bodyOf(request);
    if (request.headers.authorization !== authorization) return [401, 'Not authorized', 'text/plain'];
    requests.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    if (!request.headers.accept?.includes('application/hal+json')) complaints.push(`accept: ${request.headers.accept}`);
    if (request.method === 'POST' && request.headers['content-type'] !== 'application/json') return [415, ''];
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    if (request.method === 'POST' && pathname === '/contracts/publish') return publish(JSON.parse(text) as Json);
    const results = /^\/pacts\/provider\/([^/]+)\/consumer\/([^/]+)\/pact-version\/([0-9a-f]{40})\/verification-results$/.exec(pathname);
    if (request.method === 'POST' && results) return publishResult(JSON.parse(text) as Json, results[3] ?? '');
    if (request.method === 'GET' && pathname === '/can-i-deploy') return canIDeploy(searchParams);
    if (request.method === 'GET' && pathname === '/matrix') return matrix(searchParams);
    const pact = /^\/pacts\/provider\/([^/]+)\/consumer\/([^/]+)\/(?:(latest|versions)|version\/([^/]+))$/.exec(pathname);
    if (request.method === 'GET' && pact) return getPact(pact.slice(1).map((part) => (part === undefined ? '' : decodeURIComponent(part))));
    return [404, '<html><body>Not Found</body></html>', 'text/html'];
  }

  function publish(body: Json): Answer {
    onlyKeys(body, ['pacticipantName', 'pacticipantVersionNumber', 'branch', 'tags', 'buildUrl', 'contracts'], complaints);
    if (typeof body.pacticipantVersionNumber !== 'string') return [400, { errors: { pacticipantVersionNumber: ['is missing'] } }];
    for (const contract of body.contracts as Json[]) {
      onlyKeys(contract, ['consumerName', 'providerName', 'specification', 'contentType', 'content', 'onConflict'], complaints);
      const { content, consumerName, providerName, specification, contentType } = contract as Record<string, string>;
      const decoded = Buffer.from(content ?? '', 'base64');
      if (decoded.toString('base64') !== content) return [400, { errors: { 'contracts[0].content': ['is not valid Base64'] } }];
      if (specification !== 'pact' || contentType !== 'application/json')
        return [400, { errors: { contracts: ['specification or contentType'] } }];
      const pact = JSON.parse(decoded.toString('utf8')) as { consumer: Json; provider: Json };
      if (consumerName !== body.pacticipantName || pact.consumer.name !== consumerName || pact.provider.name !== providerName)
        return [400, { errors: { 'contracts[0].consumerName': ['does not match'] } }];
      const version = body.pacticipantVersionNumber;
      const same = published.find((each) => each.consumer === consumerName && each.provider === providerName && each.version === version);
      if (same !== undefined && JSON.stringify(same.content) !== JSON.stringify(pact)) {
        const message = `Cannot change the content of the pact for ${consumerName} version ${version} and provider ${providerName}`;
        return [409, { notices: [{ type: 'error', text: message }], errors: { contracts: [message] } }, 'application/json;charset=utf-8'];
      }
      if (same === undefined)
        published.push({ consumer: String(consumerName), provider: providerName ?? '', version, content: pact as unknown as Json });
    }
    return [200, { notices: [{ type: 'success', text: 'Pact successfully published' }], _links: {} }];
  }

  function getPact([provider = '', consumer = '', which = '', version = '']: readonly string[]): Answer {
    const own = published.filter((each) => each.provider === provider && each.consumer === consumer);
    const base = linkBase ?? url;
    const pair = `${base}/pacts/provider/${encodeURIComponent(provider)}/consumer/${encodeURIComponent(consumer)}`;
    if (which === 'versions')
      return [
        200,
        { _links: { 'pb:pact-versions': own.map((each) => ({ href: `${pair}/version/${encodeURIComponent(each.version)}` })) } },
      ];
    const found = which === 'latest' ? own.at(-1) : own.find((each) => each.version === version);
    if (found === undefined) return [404, { error: 'No pact found' }, 'application/json;charset=utf-8'];
    const interactions = (found.content.interactions as Json[]).map((each) => ({ _id: sha1(each), ...each }));
    const _links = {
      'pb:all-pact-versions': { href: `${pair}/versions` },
      'pb:publish-verification-results': { href: `${pair}/pact-version/${sha1(found.content)}/verification-results` },
    };
    return [200, { ...found.content, interactions, createdAt: '2026-01-01T00:00:00+00:00', _links }];
  }

  function publishResult(body: Json, sha: string): Answer {
    onlyKeys(body, ['success', 'providerApplicationVersion', 'buildUrl', 'testResults', 'verifiedBy'], complaints);
    const pact = published.find((each) => sha1(each.content) === sha);
    if (pact === undefined) return [404, { error: 'No such pact version' }];
    if (typeof body.success !== 'boolean') return [400, { errors: { success: ['is missing'] } }];
    if (typeof body.providerApplicationVersion !== 'string') return [400, { errors: { providerApplicationVersion: ['is missing'] } }];
    const ids = (pact.content.interactions as Json[]).map(sha1);
    const { implementation, version } = (body.verifiedBy ?? {}) as Json;
    if (typeof implementation !== 'string' || typeof version !== 'string') complaints.push('verifiedBy needs implementation and version');
    for (const result of body.testResults as Json[]) {
      onlyKeys(result, ['interactionId', 'interactionDescription', 'success', 'mismatches', 'exceptions'], complaints);
      if (!ids.includes(result.interactionId as string)) complaints.push('an interactionId is unknown');
      if (typeof result.interactionDescription !== 'string') complaints.push('an interactionDescription is missing');
    }
    verifications.push({ ...body, consumer: pact.consumer, provider: pact.provider, consumerVersion: pact.version });
    return [201, { ...body, _links: {} }];
  }

  function canIDeploy(query: URLSearchParams): Answer {
    onlyKeys(Object.fromEntries(query), ['pacticipant', 'version', 'environment'], complaints);
    if (query.get('environment') !== 'production') return [400, { errors: { environment: ['No environment with that name exists'] } }];
    return rowsFor([[query.get('pacticipant') ?? '', query.get('version') ?? '']]);
  }

  function matrix(query: URLSearchParams): Answer {
    onlyKeys(Object.fromEntries(query), ['q[][pacticipant]', 'q[][version]', 'latestby', 'latest'], complaints);
    const versions = query.getAll('q[][version]');
    const selectors = query.getAll('q[][pacticipant]').map((name, index) => [name, versions[index] ?? ''] as const);
    if (query.get('latestby') !== (selectors.length === 1 ? 'cvp' : 'cvpv')) complaints.push(`latestby=${query.get('latestby')}`);
    return rowsFor(selectors, query.get('latest') === 'true');
  }

  /** Without `latest` only the selected are looked at, with it their other counterparts too. */
  function rowsFor(selectors: readonly (readonly [string, string])[], latest = true): Answer {
    const [unknown] = selectors.filter(([name]) => !published.some((each) => each.consumer === name || each.provider === name));
    if (unknown) return [400, { errors: { pacticipant: [`No pacticipant with name '${unknown[0]}' found`] } }];
    const rows = published.map(({ consumer, provider, version, content }) => {
      const result = verifications.findLast((each) => each.consumer === consumer && sha1(content) === sha1(publishedBy(published, each)));
      return { consumer, version, provider, result };
    });
    const fits = rows.filter(({ consumer, version, provider, result }) =>
      selectors.every(
        ([name, number], index) =>
          (name === consumer && number === version) ||
          (name === provider && number === result?.providerApplicationVersion) ||
          (latest && index > 0 && name !== consumer && name !== provider),
      ),
    );
    const [failed, ok] = [
      fits.filter(({ result }) => result?.success === false).length,
      fits.filter(({ result }) => result?.success === true).length,
    ];
    return [
      200,
      {
        summary: {
          deployable: failed > 0 ? false : ok > 0 ? true : null,
          reason: ok > 0 && failed === 0 ? 'All required verification results are published and successful' : 'There is no verified pact',
          success: ok,
          failed,
          unknown: fits.length - ok - failed,
        },
        matrix: fits.map(({ consumer, version, provider, result }) => ({
          consumer: { name: consumer, version: { number: version } },
          provider: { name: provider, version: result ? { number: result.providerApplicationVersion } : null },
          verificationResult: result ? { success: result.success } : null,
        })),
      },
    ];
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    complaints,
    verifications,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function publishedBy(published: readonly Published[], verification: Json): Json {
  return published.find((each) => each.consumer === verification.consumer && each.version === verification.consumerVersion)?.content ?? {};
}

function onlyKeys(body: Json, known: readonly string[], complaints: string[]): void {
  for (const key of Object.keys(body)) if (!known.includes(key)) complaints.push(`${key} is not documented`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown, type: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function sha1(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}
