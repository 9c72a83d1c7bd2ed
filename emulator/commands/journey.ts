// The journey in twelve steps. Each step makes real calls and looks at what came back; none trusts another.
import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { accounts } from '../config.ts';
import { invokeEndpointTimeoutMs, pingTimeoutMs } from '../limits.ts';
import { type PartnerAlias, partnerAliasOf } from '../partner-alias.ts';
import type { Airlock } from '../start.ts';
import type { SpanRecord } from '../trace/tracer.ts';
import { recordsIn, type Sample, sampleFor } from './journey-sample.ts';
import { postSigned } from './signed-request.ts';

export interface StepResult {
  readonly step: number;
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

export interface JourneyResult {
  readonly steps: readonly StepResult[];
  readonly result: { readonly bucket: string; readonly key: string; readonly records: number; readonly bytes: number } | null;
}

/** Grows from step to step: what one step learned and a later one needs. */
interface Journey {
  readonly airlock: Airlock;
  readonly sample: Sample;
  token?: string;
  answer?: {
    readonly requestId: string;
    readonly result: { bucket: string; key: string; contentType: string; bytes: number; records: number };
  };
  stored?: Buffer;
}

interface Step {
  readonly name: string;
  /** Where a stand-in answers for the model. */
  readonly nameWithStandIn?: string;
  /** Says what it saw; throws where that is wrong. */
  readonly run: (journey: Journey) => Promise<string>;
}

const steps: readonly Step[] = [
  { name: 'partner packages the model', run: packageModel },
  { name: 'partner lists it, with two signing keys', run: listModel },
  { name: 'customer subscribes: an alias of its own', run: findAlias },
  { name: 'partner records the subscription', run: readSubscription },
  { name: 'endpoint in service', run: pingEndpoint },
  { name: 'customer deploys its template', run: describeStack },
  { name: 'application calls Init (SigV4)', run: callInit },
  { name: 'partner issues a token for 15 minutes at most', run: verifyToken },
  {
    name: 'application calls Request with 1,000 records',
    nameWithStandIn: 'application calls Request as in the contract',
    run: callRequest,
  },
  { name: 'authorizer lets the token through, nothing else', run: checkAuthorizer },
  { name: 'model answers', run: checkModelAnswer },
  { name: "answer stored in the customer's bucket", run: checkStoredObject },
];

/** Walks all steps; after a failure the later ones are reported as not reached. */
export async function walkJourney(airlock: Airlock, onStep: (step: StepResult) => void): Promise<JourneyResult> {
  const journey: Journey = { airlock, sample: await sampleFor(airlock.models) };
  const results: StepResult[] = [];
  let failed = false;
  for (const [index, { name, nameWithStandIn, run }] of steps.entries()) {
    const beganAt = performance.now();
    let outcome = { ok: false, detail: 'not reached' };
    if (!failed) {
      outcome = await run(journey).then(
        (detail) => ({ ok: true, detail }),
        (error: unknown) => ({ ok: false, detail: error instanceof Error ? error.message : String(error) }),
      );
    }
    failed ||= !outcome.ok;
    const result = {
      step: index + 1,
      name: journey.sample.ofContract ? (nameWithStandIn ?? name) : name,
      ok: outcome.ok,
      ms: Math.round((performance.now() - beganAt) * 10) / 10,
      detail: outcome.detail,
    };
    results.push(result);
    onStep(result);
  }
  const { bucket, key, records, bytes } = journey.answer?.result ?? {};
  const result =
    bucket !== undefined && key !== undefined && records !== undefined && bytes !== undefined ? { bucket, key, records, bytes } : null;
  return { steps: results, result };
}

async function packageModel({ airlock }: Journey): Promise<string> {
  const answer = await modelOf(airlock).request({ method: 'GET', path: '/execution-parameters', headers: {}, timeoutMs: pingTimeoutMs });
  expect(answer.status === 200 || answer.status === 404, `GET /execution-parameters answered ${answer.status}`);
  return answer.status === 200 ? `execution parameters ${answer.body.toString()}` : 'no execution parameters, which is allowed';
}

async function listModel({ airlock }: Journey): Promise<string> {
  const [endpoint] = airlock.deployment.endpoints;
  expect(endpoint, 'the template has no endpoint');
  const signingKeys = airlock.deployment.keys.filter((key) => key.keyUsage === 'SIGN_VERIFY');
  expect(signingKeys.length === 2, `${signingKeys.length} signing keys, expected the current and the next`);
  const kms = new KMSClient(clientOf(airlock, 'partner-admin'));
  try {
    for (const key of signingKeys) {
      const { SigningAlgorithms } = await kms.send(new GetPublicKeyCommand({ KeyId: key.arn }));
      expect(SigningAlgorithms?.includes('ECDSA_SHA_256'), `${key.logicalId} cannot sign ES256`);
    }
  } finally {
    kms.destroy();
  }
  return endpoint.modelPackageArn ?? endpoint.image ?? 'no package named';
}

async function findAlias({ airlock }: Journey): Promise<string> {
  const { aliasArn } = partnerFunctionOf(airlock);
  const lambda = new LambdaClient(clientOf(airlock, 'partner-admin'));
  try {
    const { StatusCode } = await lambda.send(new InvokeCommand({ FunctionName: aliasArn, InvocationType: 'DryRun' }));
    expect(StatusCode === 204, `DryRun of the alias answered ${StatusCode}`);
    return aliasArn;
  } finally {
    lambda.destroy();
  }
}

async function readSubscription({ airlock }: Journey): Promise<string> {
  const { alias } = partnerFunctionOf(airlock);
  const bucket = airlock.deployment.buckets.find(({ accountId }) => accountId === accounts.partner);
  expect(bucket, 'the partner has no bucket');
  const object = await getObject(airlock, 'partner-admin', bucket.bucketName, `subscriptions/${alias}.json`);
  const record = JSON.parse(object.toString()) as { accountId?: string; status?: string };
  expect(record.status === 'active', `the subscription is ${record.status}`);
  expect(record.accountId === accounts.customer, `the subscription belongs to ${record.accountId}`);
  return `${alias} is ${record.status} for account ${record.accountId}`;
}

async function pingEndpoint({ airlock }: Journey): Promise<string> {
  const model = modelOf(airlock);
  const { status } = await model.request({ method: 'GET', path: '/ping', headers: {}, timeoutMs: pingTimeoutMs });
  expect(status === 200 && model.state === 'inService', `GET /ping answered ${status}, the model is ${model.state}`);
  return `${airlock.endpointName} InService: ${model.description}`;
}

async function describeStack({ airlock }: Journey): Promise<string> {
  const health = (await (await fetch(`${airlock.controlUrl}/health`)).json()) as { status?: string };
  expect(health.status === 'ok', `GET /health says ${health.status}`);
  const routes = airlock.deployment.restApis.flatMap((api) =>
    api.routes.map((route) => `${route.httpMethod} ${route.resourcePath} (${route.authorization.type})`),
  );
  expect(routes.length > 0, 'the template has no route');
  return `${airlock.deployment.functions.length} functions; ${routes.join(', ')}`;
}

async function callInit(journey: Journey): Promise<string> {
  const { airlock } = journey;
  const url = `${airlock.apiUrl}/init`;
  const productCode = productCodeOf(airlock);
  const refused = await postSigned(url, { productCode }, { credentials: airlock.credentials.stranger, region: airlock.region });
  await refused.arrayBuffer();
  expect(refused.status === 403, `a stranger got ${refused.status} from /init, expected 403`);
  const response = await postSigned(url, { productCode }, { credentials: airlock.credentials['customer-app'], region: airlock.region });
  const body = (await response.json()) as { token?: string; tokenType?: string; expiresAt?: string };
  expect(response.status === 200 && typeof body.token === 'string', `POST /init answered ${response.status} ${JSON.stringify(body)}`);
  journey.token = body.token;
  return `200, ${body.tokenType} token until ${body.expiresAt}; a stranger got 403`;
}

async function verifyToken({ airlock, token }: Journey): Promise<string> {
  expect(token, 'no token');
  const customer = airlock.deployment.stacks.find((stack) => stack.parameters.PartnerJwks !== undefined);
  const jwks = JSON.parse(customer?.parameters.PartnerJwks ?? '{}') as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    algorithms: ['ES256'],
    audience: productCodeOf(airlock),
    subject: accounts.customer,
  });
  const lifetime = (payload.exp ?? 0) - (payload.iat ?? 0);
  expect(lifetime > 0 && lifetime <= 900, `the token lives ${lifetime} s`);
  const crossed = spansOf(airlock, 'aws.lambda').some(
    (span) => span.fields.principal?.includes(accounts.customer) && span.fields.status === 200,
  );
  expect(crossed, "no call from the customer's role to the partner's function was seen");
  return `ES256, key ${decodeProtectedHeader(token).kid?.slice(0, 8)}…, sub ${payload.sub}, ${lifetime} s`;
}

async function callRequest(journey: Journey): Promise<string> {
  const { airlock, token, sample } = journey;
  const response = await fetch(`${airlock.apiUrl}/request`, {
    method: 'POST',
    headers: { 'content-type': sample.contentType, authorization: `Bearer ${token}` },
    body: new Uint8Array(sample.body),
  });
  const text = await response.text();
  expect(response.status === 200, `POST /request answered ${response.status} ${text}`);
  journey.answer = JSON.parse(text) as NonNullable<Journey['answer']>;
  return `200, ${sample.body.length} bytes sent, request ${journey.answer.requestId}`;
}

async function checkAuthorizer({ airlock }: Journey): Promise<string> {
  const url = `${airlock.apiUrl}/request`;
  const allowed = spansOf(airlock, 'authorizer').some((span) => span.fields.outcome === 'allowed');
  expect(allowed, 'the trace shows no authorizer that allowed the call');
  const without = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"records":[{}]}' });
  const forged = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIyMjIyMjIyMjIyMjIifQ.forged' },
    body: '{"records":[{}]}',
  });
  await Promise.all([without.arrayBuffer(), forged.arrayBuffer()]);
  expect(without.status === 401, `a call without a token got ${without.status}`);
  expect(forged.status === 401 || forged.status === 403, `a call with a forged token got ${forged.status}`);
  return `allowed with the token; ${without.status} without, ${forged.status} forged`;
}

async function checkModelAnswer({ airlock, answer, sample }: Journey): Promise<string> {
  expect(answer, 'no answer');
  const span = spansOf(airlock, 'aws.sagemaker').at(-1);
  expect(span?.fields.status === 200, `InvokeEndpoint answered ${span?.fields.status}`);
  const sent = recordsIn(sample);
  expect(sent === null || answer.result.records === sent, `${answer.result.records} records answered, ${sent} sent`);
  return `${answer.result.records} records in ${span.durationMs?.toFixed(1)} ms`;
}

async function checkStoredObject(journey: Journey): Promise<string> {
  const { airlock, answer, sample } = journey;
  expect(answer, 'no answer');
  const { bucket, key, bytes } = answer.result;
  const stored = await getObject(airlock, 'customer-app', bucket, key);
  expect(stored.length === bytes, `${stored.length} bytes stored, ${bytes} announced`);
  const own = await modelOf(airlock).request({
    method: 'POST',
    path: '/invocations',
    headers: { 'content-type': sample.contentType, accept: sample.contentType },
    body: sample.body,
    timeoutMs: invokeEndpointTimeoutMs,
  });
  expect(stored.equals(own.body), "the stored object differs from the model's own answer to the same body");
  return `${bytes} bytes, SHA-256 ${createHash('sha256').update(stored).digest('hex').slice(0, 12)}…, identical to the model's own answer`;
}

function expect(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

function modelOf(airlock: Airlock) {
  const [model] = airlock.models.values();
  expect(model, 'the template has no endpoint, so there is no model');
  return model;
}

function partnerFunctionOf(airlock: Airlock): PartnerAlias {
  const found = partnerAliasOf(airlock.deployment);
  expect(found, 'the partner has no function with an alias for a subscriber');
  return found;
}

function productCodeOf(airlock: Airlock): string {
  return airlock.deployment.stacks.map((stack) => stack.parameters.ProductCode).find((code) => code !== undefined) ?? 'airlock-identity';
}

function spansOf(airlock: Airlock, name: string): readonly SpanRecord[] {
  return airlock.traces().flatMap((trace) => trace.spans.filter((span) => span.name === name));
}

function clientOf(airlock: Airlock, name: keyof Airlock['credentials']) {
  return { endpoint: airlock.awsUrl, region: airlock.region, credentials: { ...airlock.credentials[name] }, maxAttempts: 1 };
}

async function getObject(airlock: Airlock, name: keyof Airlock['credentials'], bucket: string, key: string): Promise<Buffer> {
  const s3 = new S3Client(clientOf(airlock, name));
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(Body, 'the object has no body');
    return Buffer.from(await Body.transformToByteArray());
  } finally {
    s3.destroy();
  }
}
