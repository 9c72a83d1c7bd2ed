// What answers in an S3's place and is none, or never ends: every call ends soon, and none of them as if it had been done.
import { Writable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { createExternalS3 } from '../../../emulator/storage/external/external-s3.ts';
import { waitUntilServing } from '../../../emulator/storage/external/wait-until-serving.ts';
import { openStorage } from '../../../emulator/storage/open-storage.ts';
import { drips, openInFrontOfRaw, type RawAnswer, says, startRawS3 } from './raw-s3.ts';
import { failed } from './serve-s3.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const Bucket = 'mine';
const Key = 'k';

const calls: Readonly<Record<string, (client: S3Client) => Promise<unknown>>> = {
  GetObject: async (client) => (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString(),
  HeadObject: (client) => client.send(new HeadObjectCommand({ Bucket, Key })),
  PutObject: (client) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'tiny' })),
  ListObjects: (client) => client.send(new ListObjectsCommand({ Bucket })),
  ListObjectsV2: (client) => client.send(new ListObjectsV2Command({ Bucket })),
  DeleteObject: (client) => client.send(new DeleteObjectCommand({ Bucket, Key })),
  DeleteObjects: (client) => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } })),
  CopyObject: (client) => client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source` })),
  CreateBucket: (client) => client.send(new CreateBucketCommand({ Bucket: 'other-bucket' })),
};

const ok = 'HTTP/1.1 200 OK\r\n';
const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n';
const impostors: Readonly<Record<string, RawAnswer>> = {
  'changes the protocol': says(upgrade),
  'changes the protocol and stays': says(upgrade, { staysOpen: true }),
  'drips its head': drips(`${ok}X-Slow: `, 'a'),
  'says 100 Continue for ever': drips('', 'HTTP/1.1 100 Continue\r\n\r\n'),
  'says 103 Early Hints for ever': drips('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(100)),
  'drips an error': drips('HTTP/1.1 500 X\r\nContent-Length: 60000\r\n\r\n', 'x'),
  'answers 200 in HTML': says(`${ok}Content-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>welcome</html>`),
  'answers 204': says('HTTP/1.1 204 No Content\r\n\r\n'),
  'answers 999': says('HTTP/1.1 999 X\r\nContent-Length: 51\r\n\r\n<Error><Code>Odd</Code><Message>m</Message></Error>'),
};

/** What a 204 says truly, or is answered here as it is on AWS: a HEAD of a bucket has nothing but its status. */
const fair = [['answers 204', 'DeleteObject']];

describe('where the S3 should be, something that', () => {
  it.each(Object.keys(impostors))('%s is a 503 for every call, soon', async (name) => {
    await using front = await openInFrontOfRaw();
    front.raw.answer = impostors[name] ?? says('');
    const begunAt = performance.now();
    const made = Object.keys(calls).filter((call) => !fair.some(([impostor, fairCall]) => impostor === name && fairCall === call));
    const statuses = await Promise.all(
      made.map(async (call) => [call, (await failed(calls[call]?.(front.client()) ?? Promise.resolve()))?.status]),
    );
    // With HTML for everything there is a bucket of that name: it cannot be made.
    const status = (call: string) => (name === 'answers 200 in HTML' && call === 'CreateBucket' ? 409 : 503);
    expect(statuses).toEqual(made.map((call) => [call, status(call)]));
    expect(performance.now() - begunAt).toBeLessThan(4_000);
  });

  it.each(['ListObjectsV2', 'CopyObject', 'DeleteObjects'])('drips the XML of %s is a 503, soon', async (call) => {
    await using front = await openInFrontOfRaw();
    const etag = 'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 0\r\n\r\n';
    front.raw.answer = (socket, head) =>
      head.startsWith('HEAD') ? says(etag)(socket, head) : drips(`${ok}ETag: "e"\r\nContent-Length: 100000\r\n\r\n`, 'x')(socket, head);
    expect(await failed(calls[call]?.(front.client()) ?? Promise.resolve())).toMatchObject({
      status: 503,
      message: expect.stringContaining('did not end its answer within 300 ms'),
    });
  });

  it('says 200 before it has the object has not stored it', async () => {
    await using front = await openInFrontOfRaw();
    front.raw.answer = (socket, head) => {
      socket.pause();
      says(`${ok}ETag: "e"\r\nContent-Length: 0\r\n\r\n`, { staysOpen: true })(socket, head);
    };
    const put = new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(20_000_000) });
    expect(await failed(front.client().send(put))).toMatchObject({ status: 503 });
  });

  it('takes an object slowly, but takes it, is waited for', async () => {
    await using front = await openInFrontOfRaw({ answerMs: 1_500 });
    front.raw.answer = (socket, head) => {
      const bytesMax = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      let bytes = Buffer.byteLength(head.slice(head.indexOf('\r\n\r\n') + 4), 'latin1');
      const reading = setInterval(() => {
        bytes += socket.read()?.length ?? 0;
        if (bytes < bytesMax) return;
        says(`${ok}ETag: "e"\r\nContent-Length: 0\r\n\r\n`)(socket, head);
        clearInterval(reading);
      }, 5);
      socket.pause();
      socket.once('close', () => clearInterval(reading));
    };
    const begunAt = performance.now();
    const Body = Buffer.alloc(40_000_000);
    expect(await front.client().send(new PutObjectCommand({ Bucket, Key, Body }))).toMatchObject({ ETag: '"e"' });
    expect(performance.now() - begunAt).toBeGreaterThan(1_500);
  });

  it('keeps its connections open has none of them left', async () => {
    await using front = await openInFrontOfRaw();
    front.raw.answer = (socket, head) => {
      const start = head.startsWith('GET') ? 'HTTP/1.1 304 Not Modified\r\n' : `${ok}Content-Length: 0\r\n`;
      says(`${start}ETag: "e"\r\nConnection: keep-alive\r\n\r\n`, { staysOpen: true })(socket, head);
    };
    const client = front.client();
    await client.send(new HeadObjectCommand({ Bucket, Key }));
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    expect(await failed(client.send(new GetObjectCommand({ Bucket, Key, IfNoneMatch: '"e"' })))).toMatchObject({ status: 304 });
    // Well before any of the limits.
    await expect.poll(() => front.raw.sockets.size, { timeout: 250, interval: 10 }).toBe(0);
  });
});

describe('at the start, something that', () => {
  it.each([
    ['changes the protocol', /closed the connection without an answer; waited/],
    ['drips its head', /gave no whole answer; waited/],
    ['says 100 Continue for ever', /gave no whole answer; waited/],
    ['drips an error', /gave no whole answer; waited/],
    ['answers 200 in HTML', /answered 200 to ListBuckets, not as an S3 does; waited/],
  ] as const)('%s is NOT_AVAILABLE when the time is over', async (name, message) => {
    await using raw = await startRawS3(impostors[name]);
    await using directory = await temporaryDirectory();
    const begunAt = performance.now();
    const log = pino({ level: 'silent' });
    const opening = openStorage({
      s3: raw.url,
      directory: directory.path,
      region: 'us-east-1',
      clock: systemClock,
      log,
      startupTimeoutMs: 700,
    });
    await expect(opening).rejects.toMatchObject({ code: 'NOT_AVAILABLE', exitCode: 3, message: expect.stringMatching(message) });
    expect(performance.now() - begunAt).toBeLessThan(3_000);
  });

  it('mentions the name of the listing in a page is no S3', async () => {
    const page = '<html>404: no ListAllMyBucketsResult here</html>';
    await using raw = await startRawS3(says(`${ok}Content-Length: ${page.length}\r\n\r\n${page}`));
    const s3 = createExternalS3({ url: raw.url, region: 'us-east-1', clock: systemClock });
    await expect(waitUntilServing(s3, { log: pino({ level: 'silent' }), timeoutMs: 300 })).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
    s3.close();
  });

  it('takes long is told of while it does', async () => {
    await using raw = await startRawS3(drips(`${ok}X-Slow: `, 'a'));
    const s3 = createExternalS3({ url: raw.url, region: 'us-east-1', clock: systemClock });
    const lines: string[] = [];
    const log = pino({ base: null }, new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }));
    await expect(waitUntilServing(s3, { log, timeoutMs: 700, progressMs: 100 })).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
    s3.close();
    expect(lines.length).toBeGreaterThan(2);
    expect(lines[0]).toContain('waiting for the S3: it has not answered');
  });

  it('never answers is not waited for by whoever gives up', async () => {
    await using raw = await startRawS3(drips(`${ok}X-Slow: `, 'a'));
    const s3 = createExternalS3({ url: raw.url, region: 'us-east-1', clock: systemClock });
    const signal = AbortSignal.timeout(100);
    await expect(waitUntilServing(s3, { log: pino({ level: 'silent' }), timeoutMs: 60_000, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    s3.close();
  });
});
