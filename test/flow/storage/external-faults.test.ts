// Another S3 behind Airlock that is not there, not an S3, or not well: always an answer, never AWS's, never a hang.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { createLog } from '../../../emulator/log.ts';
import { openExternalStorage } from '../../../emulator/storage/external/external-storage.ts';
import { openExternal } from './open-external.ts';
import { openS3 } from './open-s3.ts';
import { failed } from './serve-s3.ts';
import { type Mood, startUnrulyFront } from './unruly-front.ts';

const Bucket = 'mine';

async function opening(url: string, startupTimeoutMs = 600): Promise<{ code?: string; message?: string; exitCode?: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-external-s3-'));
  try {
    const timeouts = { connectMs: 200, answerMs: 200, bodyMs: 200 };
    const options = { url, directory, region: 'us-east-1', clock: systemClock, log: createLog('silent'), timeouts, startupTimeoutMs };
    const storage = await openExternalStorage(options);
    await storage.close();
    return {};
  } catch (error) {
    return error as { code: string; message: string; exitCode: number };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe('at the start', () => {
  it('nothing that listens is NOT_AVAILABLE after the time it has, exit code 3', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await opening(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 'NOT_AVAILABLE',
      exitCode: 3,
      message: expect.stringContaining(`The S3 at http://127.0.0.1:${port} (--s3) accepts no connection (ECONNREFUSED); waited`),
    });
  });
  it.each([
    ['is silent', 'gave no answer for 200 ms; waited'],
    ['answers in HTML', 'answered 502 to ListBuckets, not as an S3 does; waited'],
    ['redirects', 'answered 307 to ListBuckets'],
    ['hangs up', 'broke off (ECONNRESET); waited'],
  ] as const)('one that %s is NOT_AVAILABLE and says so', async (mood, message) => {
    const front = await startUnrulyFront('http://127.0.0.1:1');
    front.mood = mood;
    expect(await opening(front.url)).toMatchObject({ code: 'NOT_AVAILABLE', message: expect.stringContaining(message) });
    await front.close();
  });
  it("one that refuses Airlock's key is NOT_AVAILABLE at once: another Airlock does", async () => {
    await using other = await openS3();
    const begunAt = performance.now();
    expect(await opening(other.url, 60_000)).toMatchObject({
      code: 'NOT_AVAILABLE',
      message: `The S3 at ${other.url} (--s3) refused the key "test" that Airlock signs with (403 InvalidAccessKeyId).`,
    });
    expect(performance.now() - begunAt).toBeLessThan(10_000);
  });
  it('one that comes up later is waited for', async () => {
    await using s3 = await openExternal();
    s3.front.mood = 'answers in HTML';
    const opened = opening(s3.front.url, 20_000);
    await expect.poll(() => s3.front.seen.filter(({ line }) => line === 'GET /').length).toBeGreaterThan(2);
    s3.front.mood = 'passes on';
    expect(await opened).toEqual({});
  });
});

describe('while it serves', () => {
  const faults: readonly (readonly [Mood, RegExp])[] = [
    ['is silent', /gave no answer for 300 ms/],
    ['redirects', /answered with a redirect \(307\), which is not followed/],
    ['answers in HTML', /answered 502 without an error of S3/],
    ['refuses the key', /refused Airlock's key "test" \(403 InvalidAccessKeyId\)/],
    ['hangs up', /broke off \(ECONNRESET\)/],
  ];
  it.each(faults)('one that %s is a 503 for the caller and one warning in the log each; then it goes on', async (mood, message) => {
    await using s3 = await openExternal();
    const client = s3.client();
    s3.front.mood = mood;
    const before = s3.front.seen.length;
    const calls = [
      failed(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))),
      failed(client.send(new GetObjectCommand({ Bucket, Key: 'start/a b' }))),
    ];
    const expected = { name: 'ServiceUnavailable', status: 503, message: expect.stringMatching(message) };
    expect(await Promise.all(calls)).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
    expect(s3.lines.filter((line) => line.includes('the S3 behind Airlock'))).toHaveLength(2);
    // A redirect was not followed, and nothing was tried twice.
    expect(s3.front.seen.length - before).toBe(2);
    s3.front.mood = 'passes on';
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }));
    expect(await (await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Body?.transformToString()).toBe('hello');
  });
  it('one that is gone is a 503', async () => {
    await using s3 = await openExternal();
    await s3.front.close();
    expect(await failed(s3.client().send(new HeadObjectCommand({ Bucket, Key: 'k' })))).toMatchObject({ status: 503 });
    expect(s3.lines.filter((line) => line.includes('the S3 behind Airlock accepts no connection'))).toHaveLength(1);
  });
  it('one that breaks off in an object breaks off for the caller, too: never half an object', async () => {
    await using s3 = await openExternal();
    s3.front.mood = 'breaks off';
    const got = s3.client().send(new GetObjectCommand({ Bucket, Key: 'start/a b' }));
    await expect(got.then(({ Body }) => Body?.transformToString())).rejects.toThrow();
  });
});
