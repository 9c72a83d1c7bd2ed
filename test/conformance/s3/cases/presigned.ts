// Presigned URLs, as any HTTP client uses them.
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type CaseContext, failure, type S3Case } from '../s3-case.ts';

/** By any HTTP client, with metadata in the query, where it may be any text. */
async function putWithMetadata({ clientWith, Bucket }: CaseContext, Metadata: Record<string, string>): Promise<Response> {
  const client = clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  return fetch(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'k', Metadata })), { method: 'PUT', body: 'x' });
}

/** RFC 2047 in either of its forms: it is the same value. */
function decoded(value: string | undefined): string | undefined {
  const [, form, text = ''] = /^=\?UTF-8\?([BQ])\?(.*)\?=$/i.exec(value ?? '') ?? [];
  if (form === undefined) return value;
  return form.toUpperCase() === 'B'
    ? Buffer.from(text, 'base64').toString()
    : decodeURIComponent(text.replace(/_/g, ' ').replace(/=/g, '%'));
}

export const presignedCases: readonly S3Case[] = [
  {
    id: '14',
    title: 'a presigned URL puts and gets; metadata in it and overrides count',
    source: 'V, M, floci #4188',
    async observe({ client, Bucket }) {
      const input = { Bucket, Key: 'a b', Body: 'hello', Metadata: { a: 'b' } };
      const put = await fetch(await getSignedUrl(client, new PutObjectCommand(input)), { method: 'PUT', body: 'hello' });
      await put.text();
      const got = await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'a b', ResponseContentType: 'text/plain' })));
      return [put.status, got.status, got.headers.get('content-type'), got.headers.get('x-amz-meta-a'), await got.text()];
    },
    expected: [200, 200, 'text/plain', 'b', 'hello'],
  },
  {
    id: 'presigned checksum',
    title: 'that is false (of no body, as the SDK makes it) is BadDigest and stores nothing',
    source: 'I aws-sdk-js-v3 #6994',
    async observe({ client, Bucket }) {
      const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'c' }));
      const put = await fetch(url, { method: 'PUT', body: 'not empty' });
      const code = /<Code>(\w+)<\/Code>/.exec(await put.text())?.[1];
      return [put.status, code, (await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'c' }))))?.status];
    },
    expected: [400, 'BadDigest', 404],
  },
  ...['grüß', 'Ł', '日本 €', 'a\r\nb', 'a\u0001b', 'a\tb', 'a=?_b'].map(
    (value): S3Case => ({
      id: `presigned metadata ${JSON.stringify(value)}`,
      title: 'in the query is kept, and comes back as RFC 2047 where it is no printable ASCII',
      source: 'V for the encoding, M',
      async observe(context) {
        const { status } = await putWithMetadata(context, { note: value });
        if (status !== 200) return status;
        const { Metadata } = await context.client.send(new HeadObjectCommand({ Bucket: context.Bucket, Key: 'k' }));
        return decoded(Metadata?.note);
      },
      expected: value,
    }),
  ),
  ...['a b', 'ü'].map(
    (name): S3Case => ({
      id: `presigned metadata name ${JSON.stringify(name)}`,
      title: 'which no header can have is refused, and nothing is stored',
      source: 'M',
      async observe(context) {
        const { Bucket, client } = context;
        const observed = async () => {
          const { status } = await putWithMetadata(context, { [name]: 'v' });
          return [status, (await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))))?.status];
        };
        return Promise.race([observed(), sleep(3_000, 'no answer', { ref: false })]);
      },
      expected: [400, 404],
    }),
  ),
  {
    id: 'presigned storage class',
    title: 'which no header can be is refused, and nothing is stored',
    source: 'M',
    async observe({ clientWith, client, Bucket }) {
      const signing = clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
      const command = new PutObjectCommand({ Bucket, Key: 'k' });
      command.middlewareStack.add(
        (next) => (args) => {
          (args.request as { query: Record<string, string> }).query['x-amz-storage-class'] = 'STANDARD\r\nx: y';
          return next(args);
        },
        { step: 'build' },
      );
      const { status } = await fetch(await getSignedUrl(signing, command), { method: 'PUT', body: 'x' });
      return [status, (await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))))?.status];
    },
    expected: [400, 404],
  },
];
