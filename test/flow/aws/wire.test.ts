// What goes over the wire in the cases that no SDK produces: refusals per protocol, streaming modes, presigned URLs, HEAD, 100-continue.
// Numbers are those of the conformance cases.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fault } from '../../../emulator/aws/fault.ts';
import type { AwsService } from '../../../emulator/aws/service.ts';
import { chunkSignature } from '../../../emulator/iam/chunk-signature.ts';
import { emptySha256, sha256Hex, signingKey } from '../../../emulator/iam/signing-key.ts';
import { customer, documentOf, sessionOf } from '../../unit/iam/principals.ts';
import { signRequest, type Unsigned } from '../../unit/iam/sign-request.ts';
import { type RawAnswer, sendRaw } from './raw-request.ts';
import { region, startTestEndpoint, type TestEndpoint } from './test-endpoint.ts';

let aws: TestEndpoint;
beforeAll(async () => {
  aws = await startTestEndpoint();
});
afterAll(() => aws[Symbol.asyncDispose]());

interface Call extends Partial<Unsigned> {
  readonly path: string;
  readonly service: string;
  /** Changes the signed head before it is sent. */
  readonly change?: (headers: Record<string, string>) => Record<string, string>;
  readonly send?: readonly (string | Buffer)[];
  readonly agent?: Agent;
}

async function call({ change = (headers) => headers, send, agent, ...unsigned }: Call): Promise<RawAnswer> {
  const signed = await signRequest({ credentials: aws.session, ...unsigned });
  const body = send ?? (unsigned.body === undefined ? [] : [unsigned.body]);
  const length = body.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0);
  const headers = { ...signed.headers, ...(length > 0 && { 'content-length': String(length) }) };
  return sendRaw({ url: aws.url, method: signed.method, target: signed.target, headers: change(headers), body, ...(agent && { agent }) });
}

const s3 = (overrides: Partial<Call> = {}): Call => ({ path: '/b/k', service: 's3', ...overrides });
const put = (body: string, overrides: Partial<Call> = {}): Call => s3({ method: 'PUT', body, ...overrides });
const kms = (overrides: Partial<Call> = {}): Call => ({
  method: 'POST',
  path: '/',
  service: 'kms',
  body: '{}',
  headers: { 'x-amz-target': 'TrentService.Sign', 'content-type': 'application/x-amz-json-1.1' },
  ...overrides,
});
const lambda = (overrides: Partial<Call> = {}): Call => ({
  method: 'POST',
  path: '/2015-03-31/functions/init/invocations',
  service: 'lambda',
  body: '{}',
  ...overrides,
});
const sts = (overrides: Partial<Call> = {}): Call => ({
  method: 'POST',
  path: '/',
  service: 'sts',
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  ...overrides,
});
const sagemaker = (overrides: Partial<Call> = {}): Call => ({
  method: 'POST',
  path: '/endpoints/model/invocations',
  service: 'sagemaker',
  body: '{}',
  ...overrides,
});
const unsigned = ({ host, 'content-type': type, 'x-amz-target': target, 'content-length': length }: Record<string, string>) =>
  Object.fromEntries(
    Object.entries({ host, 'content-type': type, 'x-amz-target': target, 'content-length': length }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as Record<string, string>;
const stranger = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('refusals in each protocol', () => {
  it.each<[string, () => Call, number, RegExp]>([
    ['3 unknown key on S3', () => s3({ credentials: stranger }), 403, /<Code>InvalidAccessKeyId<\/Code>/],
    [
      '4 on Lambda',
      () => lambda({ credentials: stranger }),
      403,
      /^\{"message":"The security token included in the request is invalid."\}$/,
    ],
    ['5 on KMS', () => kms({ credentials: stranger }), 400, /^\{"__type":"UnrecognizedClientException"/],
    ['6 on STS', () => sts({ credentials: stranger }), 403, /<Type>Sender<\/Type><Code>InvalidClientTokenId<\/Code>/],
    ['on SageMaker', () => sagemaker({ credentials: stranger }), 403, /^\{"Message":"The security token/],
    ['7 sixteen minutes on S3', () => s3({ date: minutesAgo(16) }), 403, /RequestTimeTooSkewed.*<MaxAllowedSkewMilliseconds>900000</],
    ['8 sixteen minutes on KMS', () => kms({ date: minutesAgo(16) }), 400, /InvalidSignatureException.*Signature expired: .* - 5 min\.\)/],
    ['9 sixteen minutes on STS', () => sts({ date: minutesAgo(16) }), 403, /SignatureDoesNotMatch.*Signature expired: .* - 15 min\.\)/],
    ['six minutes on Lambda', () => lambda({ date: minutesAgo(6) }), 403, /Signature expired/],
    ['another region on S3', () => s3({ region: 'eu-west-1' }), 400, /AuthorizationHeaderMalformed.*<Region>us-east-1<\/Region>/],
    ['no signature on KMS', () => kms({ change: unsigned }), 400, /^\{"__type":"MissingAuthenticationTokenException"/],
    ['no signature on Lambda', () => lambda({ change: unsigned }), 403, /^\{"message":"Missing Authentication Token"\}$/],
    ['no signature on SageMaker', () => sagemaker({ change: unsigned }), 403, /Missing Authentication Token/],
    ['no signature on STS', () => sts({ change: unsigned }), 403, /MissingAuthenticationToken/],
    ['no signature on S3', () => s3({ change: unsigned }), 403, /<Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/],
    ['a service that is not served', () => s3({ service: 'dynamodb' }), 501, /does not serve 'dynamodb'. It serves: s3, lambda/],
    ['a service of the query protocol that is not served', () => sts({ service: 'ec2' }), 501, /does not serve 'ec2'/],
    ['another service than the target says', () => kms({ service: 'ssm' }), 400, /Credential should be scoped to correct service: 'kms'/],
  ])('%s', async (_, request, status, body) => {
    const answer = await call(request());
    expect(answer.body).toMatch(body);
    expect(answer.status).toBe(status);
    expect(Date.parse(answer.headers.date ?? '')).toBeGreaterThan(0);
  });

  it('7 fourteen minutes on S3 are within the limit', async () => {
    expect((await call(put('x', { date: minutesAgo(14) }))).status).toBe(200);
  });

  it('2 a wrong signature on S3 shows the canonical request', async () => {
    const answer = await call(
      s3({ change: ({ authorization = '', ...rest }) => ({ ...rest, authorization: `${authorization.slice(0, -4)}beef` }) }),
    );
    expect(answer.status).toBe(403);
    expect(answer.body).toMatch(/<Code>SignatureDoesNotMatch<.*<CanonicalRequest>GET\n\/b\/k\n/s);
    expect(answer.headers).toMatchObject({ server: 'AmazonS3', 'x-amz-request-id': expect.stringMatching(/^[0-9A-F]{16}$/) });
  });

  it('a denial names action and resource in the words of each service', async () => {
    const credentials = aws.store.issue(sessionOf('none'));
    const user = `User: arn:aws:sts::${customer}:assumed-role/none/init is not authorized to perform:`;
    expect((await call(s3({ credentials }))).body).toContain(
      `${user} s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy`,
    );
    expect(JSON.parse((await call(lambda({ credentials }))).body).Message).toContain(
      `${user} lambda:InvokeFunction on resource: arn:aws:lambda:`,
    );
    expect(JSON.parse((await call(kms({ credentials }))).body)).toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining('kms:Sign'),
    });
    expect(await call(sagemaker({ credentials }))).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } });
  });

  it('conditions see the request: address, transport, way of signing', async () => {
    const when = (Condition: Record<string, Record<string, string>>) =>
      aws.store.issue(sessionOf('c', { statements: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] }));
    const holding = {
      IpAddress: { 'aws:SourceIp': '127.0.0.1' },
      Bool: { 'aws:SecureTransport': 'true' },
      StringEquals: { 's3:authType': 'REST-HEADER', 's3:ExistingObjectTag/kind': 'test', 'aws:RequestedRegion': region },
    };
    expect((await call(put('x', { credentials: when(holding) }))).status).toBe(200);
    expect((await call(put('x', { credentials: when({ ...holding, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }) }))).status).toBe(403);
    const presigned = when({ StringEquals: { 's3:authType': 'REST-QUERY-STRING', 's3:signatureversion': 'AWS4-HMAC-SHA256' } });
    expect((await call(s3({ path: '/b/k', expiresIn: 60, credentials: presigned }))).status).not.toBe(403);
    expect((await call(s3({ path: '/b/k', credentials: presigned }))).status).toBe(403);
  });

  it('an anonymous caller of S3 gets what the bucket policy gives to everyone', async () => {
    await call(put('public', { path: '/b/open' }));
    aws.bucketPolicy = documentOf({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/open' });
    try {
      expect(await call(s3({ path: '/b/open', change: unsigned }))).toMatchObject({ status: 200, body: 'public' });
      expect((await call(s3({ path: '/b/closed', change: unsigned }))).status).toBe(403);
    } finally {
      aws.bucketPolicy = null;
    }
  });
});

describe('bodies', () => {
  it('19 another body than was signed is refused and not stored', async () => {
    const answer = await call(put('signed', { path: '/b/forged', send: ['forged'] }));
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('<Code>XAmzContentSHA256Mismatch</Code>') });
    expect(aws.objects.has('/b/forged')).toBe(false);
    expect((await call(lambda({ send: ['{"a":1}'] }))).body).toContain('The request signature we calculated does not match');
  });

  it('curl -T, which signs the hash of nothing, is refused', async () => {
    const answer = await call(put('', { path: '/b/curl', headers: { 'x-amz-content-sha256': emptySha256 }, send: ['data'] }));
    expect(answer.body).toContain('XAmzContentSHA256Mismatch');
  });

  const streaming = (headers: Record<string, string>, wire: readonly string[]): Call =>
    s3({
      method: 'PUT',
      path: '/b/streamed',
      headers: {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '5',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        ...headers,
      },
      send: wire,
    });
  const withoutHeader = (request: Call, name: string): Call => ({
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers ?? {}).filter(([key]) => key !== name)),
  });
  const framed = ['5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'];

  it.each<[string, () => Call, number, RegExp]>([
    ['20 STREAMING-UNSIGNED-PAYLOAD-TRAILER', () => streaming({}, framed), 200, /^$/],
    [
      'the same by content-encoding alone',
      () => streaming({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'content-encoding': 'gzip,aws-chunked' }, framed),
      200,
      /^$/,
    ],
    ['in pieces', () => streaming({}, [...(framed[0] ?? '')]), 200, /^$/],
    ['21 a wrong trailer', () => streaming({}, ['5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n']), 400, /BadDigest/],
    ['22 fewer bytes than declared', () => streaming({ 'x-amz-decoded-content-length': '6' }, framed), 400, /IncompleteBody/],
    ['no declared length', () => withoutHeader(streaming({}, framed), 'x-amz-decoded-content-length'), 411, /MissingContentLength/],
    ['an unsupported trailer', () => streaming({ 'x-amz-trailer': 'x-amz-meta-a' }, framed), 400, /InvalidRequest/],
    ['a trailer on a plain body', () => put('x', { headers: { 'x-amz-trailer': 'x-amz-checksum-crc32' } }), 400, /MalformedTrailerError/],
    ['streaming on another method', () => ({ ...streaming({}, framed), method: 'POST' }), 400, /InvalidRequest/],
  ])('%s', async (_, request, status, body) => {
    const answer = await call(request());
    expect(answer.body).toMatch(body);
    expect(answer.status).toBe(status);
    if (status === 200) expect(aws.objects.get('/b/streamed')?.toString()).toBe('hello');
  });

  it.each([
    ['24 accepts signed chunks', (signature: string) => signature, 200],
    [
      '24 refuses when the last signature is altered',
      (signature: string) => signature.replace(/^../, (two) => (two === '00' ? '11' : '00')),
      403,
    ],
  ])('%s', async (_, alter, status) => {
    const signed = await signRequest({
      method: 'PUT',
      path: '/b/signed-chunks',
      service: 's3',
      credentials: aws.session,
      headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x-amz-decoded-content-length': '5' },
    });
    const timestamp = signed.headers['x-amz-date'] ?? '';
    const scope = { date: timestamp.slice(0, 8), region, service: 's3' };
    const signature = /Signature=(\w+)/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
    const seed = { signingKey: signingKey(aws.session, scope), scope, timestamp, signature };
    const first = chunkSignature(seed, signature, sha256Hex('hello'));
    const last = alter(chunkSignature(seed, first, emptySha256));
    const body = [`5;chunk-signature=${first}\r\nhello\r\n`, `0;chunk-signature=${last}\r\n\r\n`];
    const answer = await sendRaw({
      url: aws.url,
      method: 'PUT',
      target: signed.target,
      headers: { ...signed.headers, 'transfer-encoding': 'chunked' },
      body,
    });
    expect(answer.status).toBe(status);
    expect(aws.objects.get('/b/signed-chunks')?.toString()).toBe('hello');
  });

  it('more than the limit is refused without being read, and the connection lives on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answer = await call(lambda({ body: 'x', send: [Buffer.alloc(27 * 1024 * 1024)], agent }));
    expect(answer).toMatchObject({ status: 413, headers: { 'x-amzn-errortype': 'RequestEntityTooLargeException' } });
    expect((await call(lambda({ agent }))).status).toBe(200);
    agent.destroy();
  });

  it('more than the limit is refused in the words of SageMaker Runtime, too', async () => {
    const sagemaker = { method: 'POST', path: '/endpoints/model/invocations', service: 'sagemaker', body: 'x' };
    const answer = await call({ ...sagemaker, send: [Buffer.alloc(27 * 1024 * 1024)] });
    expect(answer).toMatchObject({ status: 413, headers: { 'x-amzn-errortype': 'RequestEntityTooLarge' } });
    expect(answer.body).toBe('{"Message":"HTTP content length exceeded 26214400 bytes."}');
  });

  it('a body without end is refused, and costs its client the connection after a while', async () => {
    const { hostname, port } = new URL(aws.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', () => undefined);
    socket.write(
      'POST /2015-03-31/functions/init/invocations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/lambda/d\r\n\r\n',
    );
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1024 * 1024), Buffer.from('\r\n')]);
    let sent = 0;
    while (!socket.destroyed && sent < 400) {
      sent++;
      await Promise.race([closed, new Promise((resolve) => socket.write(piece, resolve))]);
    }
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*RequestEntityTooLargeException/s);
    // 26 MiB held, 64 thrown away, and what fits into the buffers of two sockets.
    expect(sent).toBeLessThan(150);
    socket.destroy();
  });

  it('bodies of many requests at once are held up to a limit, and room comes back with the answers', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let held = 0;
    const slow: AwsService = {
      signingName: 'lambda',
      async handle() {
        held++;
        await released;
        return { status: 200, headers: {}, body: '{}' };
      },
    };
    await using narrow = await startTestEndpoint([slow], { heldBodyBytesMax: 1_000 });
    const send = async () => {
      const body = 'x'.repeat(600);
      const signed = await signRequest({ ...lambda({ body }), credentials: narrow.session });
      return sendRaw({ url: narrow.url, ...signed, headers: { ...signed.headers, 'content-length': '600' }, body: [body] });
    };
    const first = send();
    await vi.waitUntil(() => held === 1, { timeout: 5_000 });
    const refused = await send();
    expect(refused).toMatchObject({ status: 503, headers: { 'x-amzn-errortype': 'ServiceUnavailable' } });
    release();
    expect((await first).status).toBe(200);
    for (let count = 0; count < 3; count++) expect((await send()).status).toBe(200);
  });

  it('what a refused upload still sends does not disturb the next request on the connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const credentials = aws.store.issue(sessionOf('none'));
    const big = 'x'.repeat(3_000_000);
    expect((await call(put(big, { credentials, agent }))).status).toBe(403);
    expect((await call(put(big, { credentials: stranger, agent }))).status).toBe(403);
    expect((await call(put('small', { agent }))).status).toBe(200);
    agent.destroy();
  });

  it('a body that turns out to be a lie while nobody reads it harms nobody', async () => {
    const slow: AwsService = {
      signingName: 's3',
      async handle({ body }) {
        await new Promise((resolve) => (body as Readable).once('close', resolve));
        return fault(403, 'AccessDenied', 'decided late');
      },
    };
    await using unread = await startTestEndpoint([slow]);
    const signed = await signRequest({ ...put('signed'), credentials: unread.session });
    const answer = await sendRaw({ url: unread.url, ...signed, headers: { ...signed.headers, 'content-length': '6' }, body: ['forged'] });
    expect(answer.body).toContain('decided late');
  });

  it('an upload whose client hangs up ends, and nothing is stored', async () => {
    const traceId = '1-67890abc-aaaaaaaaaaaaaaaaaaaaaaaa';
    const signed = await signRequest({ ...put('0123456789', { path: '/b/half' }), credentials: aws.session });
    const headers = { ...signed.headers, 'content-length': '10', 'x-amzn-trace-id': `Root=${traceId}` };
    const { hostname, port } = new URL(aws.url);
    const outgoing = request({ hostname, port, method: 'PUT', path: signed.target, headers });
    outgoing.once('error', () => undefined);
    outgoing.write('01234');
    const span = () => aws.tracer.list().find((trace) => trace.traceId === traceId)?.spans[0];
    await vi.waitUntil(() => span()?.fields.decision === 'allowed', { timeout: 5_000 });
    outgoing.destroy();
    await vi.waitUntil(() => typeof span()?.durationMs === 'number', { timeout: 5_000 });
    expect(aws.objects.has('/b/half')).toBe(false);
  });

  it('Expect: a signed upload is told to continue, one that is refused is not', async () => {
    const expecting = ({ change: _, ...request }: Call): Call => ({
      ...request,
      change: (headers) => ({ ...headers, expect: '100-continue' }),
    });
    expect(await call(expecting(put('later')))).toMatchObject({ status: 200, continued: true });
    expect(await call(expecting(put('later', { credentials: stranger })))).toMatchObject({
      status: 403,
      continued: false,
      headers: { connection: 'close' },
    });
  });
});

describe('answers', () => {
  it('HEAD and 304 carry no body, whatever the fault', async () => {
    expect((await call(s3({ method: 'HEAD', credentials: stranger }))).headers['content-length']).toBeUndefined();
    expect(await call(s3({ method: 'HEAD', credentials: stranger }))).toMatchObject({ status: 403, body: '' });
    await call(put('12345', { path: '/b/five' }));
    expect(await call(s3({ method: 'HEAD', path: '/b/five' }))).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '5' },
    });
  });

  it('an unknown throw is a 500 in the protocol of the service, marked as ours, without its message', async () => {
    await using broken = await startTestEndpoint([
      { signingName: 'kms', handle: () => Promise.reject(new TypeError('secret record')) },
      { signingName: 'sagemaker', handle: async () => ({ status: 200, headers: { 'X-Bad': 'line\nbreak' } }) },
      { signingName: 'lambda', handle: async () => fault(304, 'NotModified', 'x') },
    ]);
    const send = async (request: Call) => {
      const signed = await signRequest({ ...request, credentials: broken.session });
      const body = [String(request.body ?? '')];
      return sendRaw({
        url: broken.url,
        ...signed,
        headers: { ...signed.headers, 'content-length': String(Buffer.byteLength(body[0] ?? '')) },
        body,
      });
    };
    const failed = await send(kms());
    expect(failed).toMatchObject({ status: 500, headers: { 'x-airlock-error': 'TypeError' } });
    expect(JSON.parse(failed.body)).toMatchObject({ __type: 'KMSInternalException' });
    expect(failed.body).not.toContain('secret');
    expect(await send(sagemaker())).toMatchObject({
      status: 500,
      headers: { 'x-airlock-error': 'TypeError', 'x-amzn-errortype': 'InternalFailure' },
    });
    expect(await send(lambda())).toMatchObject({ status: 304, body: '' });
  });

  it('a streamed body is closed though its answer cannot be written', async () => {
    const body = Readable.from(['never sent']);
    const broken: AwsService = { signingName: 's3', handle: async () => ({ status: 200, headers: { 'X-Bad': 'line\nbreak' }, body }) };
    await using endpoint = await startTestEndpoint([broken]);
    const signed = await signRequest({ ...s3(), credentials: endpoint.session });
    expect(await sendRaw({ url: endpoint.url, ...signed })).toMatchObject({ status: 500, headers: { 'x-airlock-error': 'TypeError' } });
    expect(body.destroyed).toBe(true);
  });

  it('every call is a span of the trace it came in, with who, what and the decision', async () => {
    const traceId = '1-67890abc-0123456789abcdef01234567';
    await call(put('x', { change: (headers) => ({ ...headers, 'x-amzn-trace-id': `Root=${traceId};Sampled=1` }) }));
    const trace = aws.tracer.list().find((candidate) => candidate.traceId === traceId);
    expect(trace?.spans).toMatchObject([
      {
        name: 'aws.s3',
        fields: {
          method: 'PUT',
          principal: `arn:aws:sts::${customer}:assumed-role/all/init`,
          action: 's3:PutObject',
          resource: 'arn:aws:s3:::b/k',
          decision: 'allowed',
          status: 200,
        },
      },
    ]);
  });
});

describe('presigned URLs of the SDK (14-17)', () => {
  const client = () => new S3Client({ endpoint: aws.url, region, credentials: aws.session });
  const upload = () => new PutObjectCommand({ Bucket: 'b', Key: 'pre signed/ü', Body: 'hello', Metadata: { a: 'b' } });

  it('put and get, with metadata that travels in the query', async () => {
    const putUrl = await getSignedUrl(client(), upload());
    expect((await fetch(putUrl, { method: 'PUT', body: 'hello' })).status).toBe(200);
    expect(aws.calls.at(-1)?.headers.get('x-amz-meta-a')).toBe('b');
    const getUrl = await getSignedUrl(client(), new GetObjectCommand({ Bucket: 'b', Key: 'pre signed/ü' }), { expiresIn: 60 });
    expect(await (await fetch(getUrl)).text()).toBe('hello');
  });

  it.each<[string, (url: string) => string, Record<string, string>, number, RegExp]>([
    [
      '15 a week and a second',
      (url) => url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604801'),
      {},
      400,
      /AuthorizationQueryParametersError/,
    ],
    ['16 without signed headers', (url) => url.replace(/&X-Amz-SignedHeaders=[^&]*/, ''), {}, 400, /AuthorizationQueryParametersError/],
    ['17 an unsigned x-amz-tagging', (url) => url, { 'x-amz-tagging': 'a=b' }, 403, /<HeadersNotSigned>x-amz-tagging</],
    ['another key', (url) => url.replace('pre%20signed', 'other'), {}, 403, /SignatureDoesNotMatch/],
  ])('%s', async (_, change, headers, status, body) => {
    const answer = await fetch(change(await getSignedUrl(client(), upload())), { method: 'PUT', body: 'hello', headers });
    expect(await answer.text()).toMatch(body);
    expect(answer.status).toBe(status);
  });

  it('14 expires', async () => {
    const url = await getSignedUrl(client(), new GetObjectCommand({ Bucket: 'b', Key: 'k' }), { expiresIn: 60 });
    aws.clockOffsetMs = 61_000;
    try {
      const answer = await fetch(url);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toMatch(/Request has expired<\/Message><X-Amz-Expires>60</);
    } finally {
      aws.clockOffsetMs = 0;
    }
  });
});
