// Every client that a function or a tool uses, unmodified, over real HTTP: its own signature must be accepted.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customer } from '../../unit/iam/principals.ts';
import { region, startTestEndpoint, type TestEndpoint } from './test-endpoint.ts';

let aws: TestEndpoint;
let directory: string;
beforeAll(async () => {
  aws = await startTestEndpoint();
  directory = await mkdtemp(join(tmpdir(), 'airlock-aws-'));
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const options = () => ({ endpoint: aws.url, region, credentials: aws.session, maxAttempts: 1 });

describe('S3Client', () => {
  it.each([
    'plain.txt',
    "a b/ü+(1)*~!'.txt",
    '/leading',
    'a//b',
    'a/../b',
    './dot',
    'trailing/',
    'test%123',
    'file%2Fname',
    'q?x=1&y#z',
    'emoji-😀',
    'colon:@$,;=',
  ])('stores and reads the key %s', async (Key) => {
    const client = new S3Client(options());
    await client.send(new PutObjectCommand({ Bucket: 'results', Key, Body: `body of ${Key}`, Metadata: { note: 'a  b' } }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'results', Key }));
    expect(await Body?.transformToString()).toBe(`body of ${Key}`);
    client.destroy();
  });

  it('streams a file as aws-chunked with a trailing CRC32', async () => {
    const path = join(directory, 'big');
    const content = Buffer.alloc(3_000_000, 'airlock ');
    await writeFile(path, content);
    const client = new S3Client(options());
    await client.send(new PutObjectCommand({ Bucket: 'results', Key: 'big', Body: createReadStream(path) }));
    expect(aws.objects.get('/results/big')?.equals(content)).toBe(true);
    expect(aws.calls.at(-1)?.headers.get('x-amz-content-sha256')).toBe('STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    client.destroy();
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('streams with a trailing %s', async (ChecksumAlgorithm) => {
    const path = join(directory, `small-${ChecksumAlgorithm}`);
    await writeFile(path, 'hello');
    const client = new S3Client(options());
    await client.send(new PutObjectCommand({ Bucket: 'results', Key: ChecksumAlgorithm, Body: createReadStream(path), ChecksumAlgorithm }));
    expect(aws.objects.get(`/results/${ChecksumAlgorithm}`)?.toString()).toBe('hello');
    client.destroy();
  });

  it('sends 100-continue for two megabytes and is told to continue', async () => {
    const client = new S3Client(options());
    await client.send(new PutObjectCommand({ Bucket: 'results', Key: 'two', Body: Buffer.alloc(2 * 1024 * 1024 + 1) }));
    expect(aws.calls.at(-1)?.headers.get('expect')).toBe('100-continue');
    expect(aws.objects.get('/results/two')).toHaveLength(2 * 1024 * 1024 + 1);
    client.destroy();
  });

  it('signs a query with every awkward character', async () => {
    const client = new S3Client(options());
    const Prefix = "+=ü &/?%'()*";
    await client.send(new ListObjectsV2Command({ Bucket: 'results', Prefix, Delimiter: '/' })).catch((error) => error);
    expect(aws.calls.at(-1)?.query).toContainEqual(['prefix', Prefix]);
    client.destroy();
  });

  it('reads an error name from HEAD by its status alone', async () => {
    const client = new S3Client(options());
    await expect(client.send(new HeadObjectCommand({ Bucket: 'results', Key: 'absent' }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(client.send(new GetObjectCommand({ Bucket: 'results', Key: 'absent' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    client.destroy();
  });

  it('corrects a wrong clock from the Date header and succeeds', async () => {
    const client = new S3Client({ ...options(), maxAttempts: 3 });
    aws.clockOffsetMs = 3_600_000;
    try {
      await client.send(new PutObjectCommand({ Bucket: 'results', Key: 'skewed', Body: 'x' }));
    } finally {
      aws.clockOffsetMs = 0;
    }
    expect(aws.objects.has('/results/skewed')).toBe(true);
    client.destroy();
  });
});

describe('the other clients', () => {
  it.each(['init', `${customer}:function:init`, `arn:aws:lambda:${region}:${customer}:function:init:sub-1a2b`])(
    'LambdaClient invokes %s',
    async (FunctionName) => {
      const client = new LambdaClient(options());
      const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: '{"a":1}', Qualifier: '$LATEST' }));
      expect(Buffer.from(Payload ?? []).toString()).toBe('{"a":1}');
      expect(aws.calls.at(-1)?.rawPath).toBe(`/2015-03-31/functions/${encodeURIComponent(FunctionName)}/invocations`);
      client.destroy();
    },
  );

  it('KMSClient signs', async () => {
    const client = new KMSClient(options());
    const { KeyId } = await client.send(new SignCommand({ KeyId: '1', Message: Buffer.from('m'), SigningAlgorithm: 'ECDSA_SHA_256' }));
    expect(KeyId).toBe('1');
    client.destroy();
  });

  it.each(['user', 'session'] as const)('STSClient learns who the %s is', async (kind) => {
    const client = new STSClient({ ...options(), credentials: aws[kind] });
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(kind === 'user' ? `arn:aws:iam::${customer}:user/all` : `arn:aws:sts::${customer}:assumed-role/all/init`);
    client.destroy();
  });

  it('SageMakerRuntimeClient invokes an endpoint', async () => {
    const client = new SageMakerRuntimeClient(options());
    const { Body } = await client.send(
      new InvokeEndpointCommand({ EndpointName: 'model', Body: '{"x":1}', ContentType: 'application/json', CustomAttributes: 'a  b' }),
    );
    expect(Buffer.from(Body ?? []).toString()).toBe('{"x":1}');
    client.destroy();
  });

  it('a wrong secret is refused by each service with its own error', async () => {
    const wrong = { ...options(), credentials: { ...aws.session, secretAccessKey: 'wrong' } };
    const outcomes = await Promise.all([
      new S3Client(wrong).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).catch((error) => error),
      new LambdaClient(wrong).send(new InvokeCommand({ FunctionName: 'f' })).catch((error) => error),
      new KMSClient(wrong)
        .send(new SignCommand({ KeyId: '1', Message: Buffer.from('m'), SigningAlgorithm: 'ECDSA_SHA_256' }))
        .catch((error) => error),
      new STSClient(wrong).send(new GetCallerIdentityCommand({})).catch((error) => error),
      new SageMakerRuntimeClient(wrong).send(new InvokeEndpointCommand({ EndpointName: 'model', Body: '' })).catch((error) => error),
    ]);
    expect(outcomes.map(({ name, $metadata }) => [name, $metadata.httpStatusCode])).toEqual([
      ['SignatureDoesNotMatch', 403],
      ['InvalidSignatureException', 403],
      ['InvalidSignatureException', 400],
      ['SignatureDoesNotMatch', 403],
      ['InvalidSignatureException', 403],
    ]);
    for (const { message } of outcomes) expect(message).toMatch(/^The request signature we calculated does not match/);
  });
});
