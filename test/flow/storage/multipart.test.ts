// Multipart uploads end to end: the whole emulator, restarts, and what happens at the same time.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { bytesOfParts, multipartClient, partBytes } from './multipart-client.ts';
import { failed, openS3 } from './open-s3.ts';
import { startStoreProcess } from './store-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const Bucket = 'results';
const Key = 'large/result.jsonl';

function adminOf({ awsUrl, region, credentials }: Airlock): S3Client {
  const admin = credentials['customer-admin'];
  if (!admin) throw new Error('There is no customer-admin.');
  return new S3Client({ endpoint: awsUrl, region, credentials: admin });
}

describe('a multipart upload to the emulator', () => {
  it('is there byte for byte under the bucket’s key, after a restart in its middle and parts in any order', async () => {
    await using at = await temporaryDirectory();
    let bucket = '';
    let UploadId = '';
    const parts = [];
    {
      await using airlock = await startAirlock({ dataDir: at.path });
      bucket = airlock.deployment.buckets.find((one) => one.encryptionKeyArn !== null)?.bucketName ?? '';
      const client = adminOf(airlock);
      const uploads = multipartClient(client, bucket, Key);
      UploadId = await uploads.create();
      parts.unshift(await uploads.upload(UploadId, 3, 'c', 100));
      await uploads.upload(UploadId, 1, 'x');
      parts.unshift(await uploads.upload(UploadId, 1, 'a'));
      client.destroy();
    }
    await using airlock = await startAirlock({ dataDir: at.path });
    const client = adminOf(airlock);
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }));
    expect(Parts.map(({ PartNumber, ETag, Size }) => ({ PartNumber, ETag, Size }))).toEqual([
      { ...parts[0], Size: partBytes },
      { ...parts[1], Size: 100 },
    ]);
    const uploads = multipartClient(client, bucket, Key);
    parts.splice(1, 0, await uploads.upload(UploadId, 2, 'b'));
    const { ETag, SSEKMSKeyId, Location } = await uploads.complete(UploadId, parts);
    expect([ETag, SSEKMSKeyId]).toEqual([expect.stringMatching(/^"[0-9a-f]{32}-3"$/), expect.stringContaining(':key/')]);
    expect(Location).toBe(`${airlock.awsUrl}/${bucket}/large%2Fresult.jsonl`);
    expect((await uploads.read()).equals(Buffer.concat([bytesOfParts('ab'), Buffer.alloc(100, 'c')]))).toBe(true);
    const middle = await client.send(new GetObjectCommand({ Bucket: bucket, Key, Range: `bytes=${partBytes - 1}-${partBytes}` }));
    expect([await middle.Body?.transformToString(), middle.ContentRange]).toEqual([
      'ab',
      `bytes ${partBytes - 1}-${partBytes}/${2 * partBytes + 100}`,
    ]);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads).toBeUndefined();
    client.destroy();
  });
});

describe('what comes at the same time', () => {
  it('ten completions all answer the same, and the object is whole', async () => {
    await using s3 = await openS3();
    const uploads = multipartClient(s3.client(), Bucket, Key);
    const UploadId = await uploads.create();
    const parts = [await uploads.upload(UploadId, 1, 'a'), await uploads.upload(UploadId, 2, 'b')];
    const answers = await Promise.all(Array.from({ length: 10 }, () => uploads.complete(UploadId, parts)));
    expect(new Set(answers.map(({ ETag }) => ETag)).size).toBe(1);
    expect((await uploads.read()).equals(bytesOfParts('ab'))).toBe(true);
    await expectNothingLeft(s3.incoming);
  });
  it('of a completion and an abort one wins: the object is whole or not there, and no file is left', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const uploads = multipartClient(client, Bucket, Key);
    const abort = (UploadId: string) => client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    const UploadId = await uploads.create();
    const parts = [await uploads.upload(UploadId, 1, 'a'), await uploads.upload(UploadId, 2, 'b')];
    const faults = await Promise.all([failed(uploads.complete(UploadId, parts)), failed(abort(UploadId))]);
    const lost = faults.filter((fault) => fault !== null);
    expect(lost.map(({ name, status }) => [name, status])).toEqual([['NoSuchUpload', 404]]);
    if (faults[0] === null) expect((await uploads.read()).equals(bytesOfParts('ab'))).toBe(true);
    else expect(await failed(uploads.read())).toMatchObject({ name: 'NoSuchKey' });
    await expectNothingLeft(s3.incoming);
  });
  it('a completion that has begun is not disturbed by an abort, nor by a part that comes again', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const uploads = multipartClient(client, Bucket, Key);
    const UploadId = await uploads.create();
    const letters = 'abcdefgh';
    const parts = [];
    for (const [index, letter] of [...letters].entries()) parts.push(await uploads.upload(UploadId, index + 1, letter));
    const ending = failed(uploads.complete(UploadId, parts));
    // The copy of the parts has begun.
    await expect.poll(() => readdir(s3.incoming), { timeout: 10_000, interval: 1 }).not.toEqual([]);
    const late = [
      failed(uploads.upload(UploadId, letters.length, 'x', 100)),
      failed(client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))),
    ];
    expect(await ending).toBeNull();
    for (const fault of await Promise.all(late)) expect(fault).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    expect((await uploads.read()).equals(bytesOfParts(letters))).toBe(true);
    await expectNothingLeft(s3.incoming);
  });
  it('a part whose upload is aborted while it comes in is NoSuchUpload, and leaves nothing', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const uploads = multipartClient(client, Bucket, Key);
    const UploadId = await uploads.create();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* body() {
      yield Buffer.alloc(1_000_000, 'a');
      await released;
      yield Buffer.alloc(1_000_000, 'a');
    }
    const coming = failed(
      client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: Readable.from(body()), ContentLength: 2_000_000 })),
    );
    await expect.poll(() => readdir(s3.incoming), { timeout: 10_000 }).toHaveLength(1);
    await s3.client().send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    release();
    expect(await coming).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    await expectNothingLeft(s3.incoming);
  });
  it('a bucket without objects is deleted with its uploads', async () => {
    await using s3 = await openS3();
    const client = s3.client();
    const uploads = multipartClient(client, Bucket, Key);
    const UploadId = await uploads.create();
    const part = await uploads.upload(UploadId, 1, 'a');
    await client.send(new DeleteBucketCommand({ Bucket }));
    expect(await failed(uploads.complete(UploadId, [part]))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
    expect(await readdir(s3.incoming)).toEqual([]);
    expect(await readdir(join(s3.incoming, '..', 'buckets'))).toEqual([]);
  });
});

it('a list of parts that is no such list is MalformedXML', async () => {
  await using s3 = await openS3();
  const client = s3.client();
  const uploads = multipartClient(client, Bucket, Key);
  const UploadId = await uploads.create();
  const { ETag } = await uploads.upload(UploadId, 1, 'a', 1);
  const withoutEtag = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1 }] } });
  expect(await failed(client.send(withoutEtag))).toMatchObject({ name: 'MalformedXML', status: 400 });
  const tooMany = Array.from({ length: 10_001 }, (_, index) => ({ ETag, PartNumber: index + 1 }));
  expect(await failed(uploads.complete(UploadId, tooMany))).toMatchObject({ name: 'MalformedXML', status: 400 });
});

describe('a process of its own', () => {
  it('that is killed keeps every part that it has answered for, and no half one', { timeout: 60_000 }, async () => {
    await using at = await temporaryDirectory();
    const incoming = join(at.path, 'object-store', 'incoming');
    let UploadId = '';
    const parts = [];
    {
      await using running = await startStoreProcess(at.path);
      const uploads = multipartClient(running.client, Bucket, Key);
      UploadId = await uploads.create();
      parts.push(await uploads.upload(UploadId, 1, 'a'), await uploads.upload(UploadId, 2, 'b', 10));
      // The second time it does not come to its end.
      const lost = uploads.upload(UploadId, 2, 'x', 40 * 1024 * 1024).catch(() => null);
      await expect.poll(() => readdir(incoming), { timeout: 10_000, interval: 1 }).toHaveLength(1);
      await running.kill();
      expect(await lost).toBeNull();
    }
    {
      // In the middle of the completion: the copy of the parts has begun, or is the object already.
      await using running = await startStoreProcess(at.path);
      const uploads = multipartClient(running.client, Bucket, Key);
      let isAnswered = false;
      const ending = uploads
        .complete(UploadId, parts)
        .catch(() => null)
        .finally(() => {
          isAnswered = true;
        });
      await expect.poll(async () => isAnswered || (await readdir(incoming)).length === 1, { timeout: 10_000, interval: 1 }).toBe(true);
      await running.kill();
      await ending;
    }
    await using running = await startStoreProcess(at.path);
    const uploads = multipartClient(running.client, Bucket, Key);
    expect(await readdir(incoming)).toEqual([]);
    // Whichever it was: the same call ends well, and what is there is whole.
    await uploads.complete(UploadId, parts);
    expect((await uploads.read()).equals(Buffer.concat([bytesOfParts('a'), Buffer.alloc(10, 'b')]))).toBe(true);
    await expectNothingLeft(incoming);
  });
  // Its time is that of the disk.
  it('has no more memory for 300 MB than for little', { timeout: 120_000 }, async () => {
    await using at = await temporaryDirectory();
    await using running = await startStoreProcess(at.path);
    const uploads = multipartClient(running.client, Bucket, Key);
    const UploadId = await uploads.create();
    const parts = [];
    for (const [index, letter] of [...'abc'].entries()) parts.push(await uploads.upload(UploadId, index + 1, letter, 100_000_000));
    await uploads.complete(UploadId, parts);
    const { ContentLength, Body } = await running.client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=99999999-200000000' }));
    let bytes = 0;
    for await (const piece of Body as unknown as AsyncIterable<Buffer>) bytes += piece.length;
    expect([ContentLength, bytes]).toEqual([100_000_002, 100_000_002]);
    expect((await running.end()) - running.rssKb).toBeLessThan(120_000);
  });
});

/** Neither on its way in nor in an upload that has ended. */
async function expectNothingLeft(incoming: string): Promise<void> {
  await expect.poll(() => readdir(incoming), { timeout: 10_000 }).toEqual([]);
  expect(await readdir(join(incoming, '..', 'buckets', Bucket, 'uploads'))).toEqual([]);
}
