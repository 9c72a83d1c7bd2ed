// Anonymous callers, and clients that go away. (Presigned URLs are in test/conformance/s3.)
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { failed, openS3 } from './open-s3.ts';

const Bucket = 'results';

describe('over plain HTTP', () => {
  it('an anonymous caller is refused, or served where the bucket policy says so', async () => {
    const bucketPolicy = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/public/*` },
    } as const;
    await using s3 = await openS3({ bucketPolicy });
    for (const key of ['public/k', 'k'])
      await s3.store.putObject({ bucket: Bucket, key, body: Buffer.from('x'), contentType: 'text/plain' });
    const open = await fetch(`${s3.url}/${Bucket}/public/k`);
    expect([open.status, open.headers.get('content-type'), await open.text()]).toEqual([200, 'text/plain', 'x']);
    expect(open.headers.get('x-amz-request-id')).toBeTruthy();
    expect((await fetch(`${s3.url}/${Bucket}/k`)).status).toBe(403);
    expect((await fetch(`${s3.url}/${Bucket}/public/k`, { method: 'PUT', body: 'y' })).status).toBe(403);
    // Virtual-host style, as a browser sends it.
    expect(await statusWithHost(s3.url, `${Bucket}.localhost`, '/public/k')).toBe(200);
  });
  it('a client that goes away in the middle of its upload leaves no object', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const controller = new AbortController();
    const body = Readable.from(
      (async function* () {
        yield Buffer.alloc(1_000_000);
        controller.abort();
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.alloc(1_000_000);
      })(),
    );
    expect(
      await failed(
        client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body, ContentLength: 2_000_000 }), { abortSignal: controller.signal }),
      ),
    ).toMatchObject({ name: 'AbortError' });
    expect(await failed(client.send(new HeadObjectCommand({ Bucket, Key: 'k' })))).toMatchObject({ status: 404 });
    await expect.poll(() => readdir(s3.incoming)).toEqual([]);
  });
});

function statusWithHost(url: string, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.once('error', reject);
    call.end();
  });
}
