// Presigned URLs, as any HTTP client uses them.
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { failure, type S3Case } from '../s3-case.ts';

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
];
