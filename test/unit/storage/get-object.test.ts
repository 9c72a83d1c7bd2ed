// GetObject and HeadObject through the service. Numbers are those of the conformance cases.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openBucket } from './s3-harness.ts';

const md5Of = (text: string) => createHash('md5').update(text).digest('hex');

describe('GetObject', () => {
  async function tenBytes() {
    const s3 = await openBucket();
    await s3.put('/bbb/k', '0123456789');
    return s3;
  }
  it('gives a part without the checksum of the whole (case 32) [M][V]', async () => {
    await using s3 = await tenBytes();
    const answer = await s3.send({ url: '/bbb/k', headers: { range: 'bytes=0-8', 'x-amz-checksum-mode': 'ENABLED' } });
    expect(answer).toMatchObject({ status: 206, text: '012345678' });
    expect(answer.headers).toMatchObject({ 'content-range': 'bytes 0-8/10', 'content-length': '9', 'accept-ranges': 'bytes' });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('x-amz-checksum'))).toEqual([]);
  });
  it('gives a range that covers everything with the checksum (case 33) [V]', async () => {
    await using s3 = await tenBytes();
    const answer = await s3.send({ url: '/bbb/k', headers: { range: 'bytes=-15', 'x-amz-checksum-mode': 'ENABLED' } });
    expect(answer).toMatchObject({ status: 206, text: '0123456789' });
    expect(answer.headers).toMatchObject({ 'content-range': 'bytes 0-9/10', 'x-amz-checksum-type': 'FULL_OBJECT' });
  });
  it.each(['bytes=-0', 'bytes=100-200'])('answers 416 to %s (case 34) [V]', async (range) => {
    await using s3 = await tenBytes();
    expect((await s3.send({ url: '/bbb/k', headers: { range } })).fault).toMatchObject({
      status: 416,
      code: 'InvalidRange',
      details: { RangeRequested: range, ActualObjectSize: 10 },
    });
  });
  it.each(['"%s"', '%s'])('answers 304 without a body to If-None-Match: %s (case 35) [V]', async (form) => {
    await using s3 = await tenBytes();
    const answer = await s3.send({ url: '/bbb/k', headers: { 'if-none-match': form.replace('%s', md5Of('0123456789')) } });
    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(answer.headers).toMatchObject({ etag: `"${md5Of('0123456789')}"`, 'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT' });
  });
  it.each(['GET', 'HEAD'])('answers 412 with the condition to %s If-Match of another version (case 36) [V]', async (method) => {
    await using s3 = await tenBytes();
    expect((await s3.send({ url: '/bbb/k', method, headers: { 'if-match': '"x"' } })).fault).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
      details: { Condition: 'If-Match' },
    });
  });
  it('tells checksums only when asked [V]', async () => {
    await using s3 = await tenBytes();
    expect((await s3.send({ url: '/bbb/k' })).headers['x-amz-checksum-crc64nvme']).toBeUndefined();
    expect(
      (await s3.send({ url: '/bbb/k', method: 'HEAD', headers: { 'x-amz-checksum-mode': 'ENABLED' } })).headers['x-amz-checksum-crc64nvme'],
    ).toBeDefined();
  });
  it('obeys response-* parameters', async () => {
    await using s3 = await tenBytes();
    expect((await s3.send({ url: '/bbb/k?response-content-type=text%2Fplain' })).headers['content-type']).toBe('text/plain');
  });
  it('answers NoSuchKey with the key; HEAD the same (case 58)', async () => {
    await using s3 = await tenBytes();
    for (const method of ['GET', 'HEAD'])
      expect((await s3.send({ url: '/bbb/none', method })).fault).toMatchObject({
        status: 404,
        code: 'NoSuchKey',
        details: { Key: 'none' },
      });
  });
  it('streams a version to its end although it is overwritten and deleted meanwhile', async () => {
    await using s3 = await openBucket();
    const old = Buffer.alloc(3_000_000, 'o');
    await s3.put('/bbb/k', old);
    const opened = s3.store.open('bbb', 'k');
    await s3.put('/bbb/k', Buffer.alloc(3_000_000, 'n'));
    await s3.send({ url: '/bbb/k', method: 'DELETE' });
    expect((await buffer(opened?.read(0, old.length - 1) as Readable)).equals(old)).toBe(true);
    expect((await s3.send({ url: '/bbb/k' })).status).toBe(404);
  });
});
