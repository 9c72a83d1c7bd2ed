// A started AWS endpoint with small real services of its own: an object store in memory, and services that tell what reached them.
import { createHash } from 'node:crypto';
import { type AwsEndpoint, type AwsEndpointOptions, startAwsEndpoint } from '../../../emulator/aws/endpoint.ts';
import { type AwsFault, fault } from '../../../emulator/aws/fault.ts';
import type { AwsAnswer, AwsCall, AwsService, SigningName } from '../../../emulator/aws/service.ts';
import { type CredentialStore, createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import type { PolicyDocument, PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import type { Credentials } from '../../../emulator/iam/principal.ts';
import { createLog } from '../../../emulator/log.ts';
import { createTracer, type Tracer } from '../../../emulator/trace/tracer.ts';
import { customer, sessionOf, userNamed } from '../../unit/iam/principals.ts';

export const region = 'us-east-1';
const allowAll: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

export interface SeenCall {
  readonly service: SigningName;
  readonly method: string;
  readonly rawPath: string;
  readonly query: AwsCall['query'];
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly principal: AwsCall['principal'];
}

export interface TestEndpoint extends AsyncDisposable {
  readonly endpoint: AwsEndpoint;
  readonly url: string;
  readonly store: CredentialStore;
  /** A role session with every permission. */
  readonly session: Required<Credentials>;
  /** A user with every permission. */
  readonly user: Credentials;
  readonly calls: readonly SeenCall[];
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly tracer: Tracer;
  /** Milliseconds added to the endpoint's clock. */
  clockOffsetMs: number;
  /** The bucket policy of every bucket. */
  bucketPolicy: PolicyDocument | null;
}

export async function startTestEndpoint(
  overrides: readonly AwsService[] = [],
  options: Pick<AwsEndpointOptions, 'heldBodyBytesMax' | 'answerStallMs'> = {},
): Promise<TestEndpoint> {
  const store = createCredentialStore();
  const calls: SeenCall[] = [];
  const objects = new Map<string, Buffer>();
  const state = { clockOffsetMs: 0, bucketPolicy: null as PolicyDocument | null };
  const clock = { now: () => Date.now() + state.clockOffsetMs };
  const tracer = createTracer(clock);
  const see = (service: SigningName, call: AwsCall, body: Buffer) =>
    calls.push({
      service,
      method: call.method,
      rawPath: call.rawPath,
      query: call.query,
      headers: call.headers,
      body,
      principal: call.principal,
    });
  const services = [
    objectStore(objects, see, () => state.bucketPolicy),
    ...(['lambda', 'kms', 'sts', 'sagemaker'] as const).map((name) => tellingService(name, see)),
  ].map((service) => overrides.find(({ signingName }) => signingName === service.signingName) ?? service);
  const log = createLog('silent');
  const endpoint = await startAwsEndpoint({ ...options, services, credentials: store, region, port: 0, clock, log, tracer });
  const session = store.issue(sessionOf('all', { statements: [allowAll] }));
  return Object.assign(state, {
    endpoint,
    url: endpoint.url,
    store,
    session: { ...session, sessionToken: session.sessionToken ?? '' },
    user: store.issue(userNamed('all', { statements: [allowAll] })),
    calls,
    objects,
    tracer,
    [Symbol.asyncDispose]: () => endpoint.close(),
  });
}

type See = (service: SigningName, call: AwsCall, body: Buffer) => void;

/** PUT, GET, HEAD by raw path: nothing is visible before the body has ended well. */
function objectStore(objects: Map<string, Buffer>, see: See, policy: () => PolicyDocument | null): AwsService {
  return {
    signingName: 's3',
    async handle(call) {
      const [, bucket = '', ...key] = call.rawPath.split('/');
      const resourceArn = `arn:aws:s3:::${bucket}/${decodeURIComponent(key.join('/'))}`;
      const action = call.method === 'PUT' ? 's3:PutObject' : 's3:GetObject';
      const bucketPolicy = policy();
      const denied = call.authorize({
        action,
        resourceArn,
        resourceAccountId: customer,
        resourcePolicies: bucketPolicy ? [bucketPolicy] : [],
        // A service's own key, and an attempt to speak for the endpoint.
        context: { 's3:ExistingObjectTag/kind': 'test', 'AWS:SourceIp': '10.9.9.9' },
      });
      if (denied) return denied;
      const body = await bytesOf(call);
      see('s3', call, body);
      if (call.method === 'PUT') {
        objects.set(call.rawPath, body);
        return { status: 200, headers: { ETag: etag(body) } };
      }
      return objectAnswer(objects.get(call.rawPath));
    },
  };
}

function objectAnswer(object: Buffer | undefined): AwsAnswer | AwsFault {
  if (!object) return fault(404, 'NoSuchKey', 'The specified key does not exist.');
  return { status: 200, headers: { ETag: etag(object), 'Content-Length': String(object.length) }, body: object };
}

async function bytesOf({ body }: AwsCall): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Authorizes and answers with what it saw, in the shape the client expects. */
function tellingService(signingName: Exclude<SigningName, 's3'>, see: See): AwsService {
  return {
    signingName,
    async handle(call) {
      const body = await bytesOf(call);
      see(signingName, call, body);
      const { action, resourceArn } = checked[signingName];
      const denied = call.authorize({ action, resourceArn, resourceAccountId: customer, resourcePolicies: [keyPolicy] });
      return denied ?? answers[signingName](call, body);
    },
  };
}

/** Delegates to the account, as the default key policy does. */
const keyPolicy: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${customer}:root` }, Action: '*', Resource: '*' },
};

const checked = {
  lambda: { action: 'lambda:InvokeFunction', resourceArn: `arn:aws:lambda:${region}:${customer}:function:init` },
  kms: { action: 'kms:Sign', resourceArn: `arn:aws:kms:${region}:${customer}:key/1` },
  sts: { action: 'sts:GetCallerIdentity', resourceArn: '*' },
  sagemaker: { action: 'sagemaker:InvokeEndpoint', resourceArn: `arn:aws:sagemaker:${region}:${customer}:endpoint/model` },
} as const;

const answers: Record<Exclude<SigningName, 's3'>, (call: AwsCall, body: Buffer) => AwsAnswer> = {
  lambda: (_, body) => ({ status: 200, headers: { 'Content-Type': 'application/json', 'X-Amz-Executed-Version': '$LATEST' }, body }),
  kms: () => ({ status: 200, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body: '{"KeyId":"1"}' }),
  sts: ({ principal }) => ({
    status: 200,
    headers: { 'Content-Type': 'text/xml' },
    body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${'arn' in principal ? principal.arn : ''}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  }),
  sagemaker: (_, body) => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body }),
};

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
