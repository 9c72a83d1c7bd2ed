// Multipart uploads on a real store, called with hand-made calls: what no client sends, recorded values, and what a kill can leave.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { isFault } from '../../../emulator/aws/fault.ts';
import { partsToComplete } from '../../../emulator/storage/multipart/completion.ts';
import { checksumTypeOf, compositeChecksum, multipartEtag, uploadChecksumOf } from '../../../emulator/storage/multipart/upload-checksum.ts';
import type { PartRecord, UploadRecord } from '../../../emulator/storage/multipart/upload-record.ts';
import { openObjectStore } from '../../../emulator/storage/object-store.ts';
import { account, openBucket } from './s3-harness.ts';

type Bucket = Awaited<ReturnType<typeof openBucket>>;

async function begin(s3: Bucket, headers: Record<string, string> = {}): Promise<string> {
  const { text } = await s3.send({ url: '/bbb/k?uploads=', method: 'POST', headers });
  return /<UploadId>([0-9a-f]+)<\/UploadId>/.exec(text)?.[1] ?? '';
}

function listOf(...parts: readonly (readonly [number: number, etag: string])[]): string {
  const elements = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  return `<CompleteMultipartUpload>${elements.join('')}</CompleteMultipartUpload>`;
}

const complete = (s3: Bucket, uploadId: string, body: string, headers: Record<string, string> = {}) =>
  s3.send({ url: `/bbb/k?uploadId=${uploadId}`, method: 'POST', body, headers });
const put = (s3: Bucket, uploadId: string, number: number | string, body: string | Buffer, headers: Record<string, string> = {}) =>
  s3.put(`/bbb/k?partNumber=${number}&uploadId=${uploadId}`, body, headers);

describe('values', () => {
  it('a composite checksum is that of the recorded vector [M = V]', () => {
    const parts = ['NRU+Sw==', 'NRU+Sw==', 'TBHN8A=='].map((value, index) =>
      partOf({ partNumber: index + 1, checksum: { algorithm: 'CRC32', value } }),
    );
    expect(compositeChecksum('CRC32', parts)).toEqual({ algorithm: 'CRC32', value: '5FRUiw==-3' });
    expect([checksumTypeOf('5FRUiw==-3'), checksumTypeOf('5FRUiw==')]).toEqual(['COMPOSITE', 'FULL_OBJECT']);
  });
  it('an ETag is the MD5 over the binary ETags of the parts, -N', () => {
    expect(multipartEtag(['9dd4e461268c8034f5c8564e155c67a6'])).toBe('9affad555af89da9b0bfcd5e45bc93da-1');
  });
  it.each([
    [{}, null],
    [{ 'x-amz-checksum-algorithm': 'CRC32' }, { algorithm: 'CRC32', type: 'COMPOSITE' }],
    [{ 'x-amz-checksum-algorithm': 'crc64nvme' }, { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }],
    [
      { 'x-amz-checksum-algorithm': 'CRC32C', 'x-amz-checksum-type': 'FULL_OBJECT' },
      { algorithm: 'CRC32C', type: 'FULL_OBJECT' },
    ],
    [{ 'x-amz-checksum-algorithm': 'SHA1', 'x-amz-checksum-type': 'FULL_OBJECT' }, { code: 'InvalidRequest' }],
    [{ 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' }, { code: 'InvalidRequest' }],
    [{ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'BOTH' }, { code: 'InvalidRequest' }],
    [{ 'x-amz-checksum-type': 'COMPOSITE' }, { code: 'InvalidRequest' }],
    [{ 'x-amz-checksum-algorithm': 'XXHASH64' }, { status: 501, code: 'NotImplemented' }],
  ])('%o asks for %o', (headers, expected) => {
    const found = uploadChecksumOf(new Map(Object.entries(headers)));
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });
  it('a part of 5 MiB less one byte is too small, but as the last', () => {
    const stored = [partOf({ partNumber: 1, sizeBytes: 5 * 1024 * 1024 - 1 }), partOf({ partNumber: 2, sizeBytes: 5 * 1024 * 1024 })];
    const upload = { record: uploadOf(), part: (number: number) => stored[number - 1] };
    const listed = stored.map(({ partNumber, etag }) => ({ partNumber, etag, checksums: new Map() }));
    expect(partsToComplete(upload, listed)).toMatchObject({
      code: 'EntityTooSmall',
      details: { ETag: 'e', MinSizeAllowed: 5_242_880, PartNumber: 1, ProposedSize: 5_242_879 },
    });
    expect(isFault(partsToComplete(upload, listed.slice(0, 1)))).toBe(false);
  });
  it('one part named twice is InvalidPartOrder, too [M]', () => {
    const stored = partOf({ sizeBytes: 5 * 1024 * 1024 });
    const listed = { partNumber: 1, etag: 'e', checksums: new Map() };
    expect(partsToComplete({ record: uploadOf(), part: () => stored }, [listed, listed])).toMatchObject({ code: 'InvalidPartOrder' });
  });
});

describe('a request that is refused', () => {
  it.each(['', 'abc', '1.5', '0x1', '1e3', '10001', '99999999999999999999'])('part number "%s" is InvalidArgument', async (number) => {
    await using s3 = await openBucket();
    expect((await put(s3, await begin(s3), number, 'x')).fault).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    });
  });
  it.each(['../x', '..', '', 'upload.json', 'a/b'])('the upload id "%s" is NoSuchUpload for every operation', async (id) => {
    await using s3 = await openBucket();
    await begin(s3);
    const encoded = encodeURIComponent(id);
    const answers = [
      await put(s3, encoded, 1, 'x'),
      await complete(s3, encoded, listOf([1, 'x'])),
      await s3.send({ url: `/bbb/k?uploadId=${encoded}` }),
      await s3.send({ url: `/bbb/k?uploadId=${encoded}`, method: 'DELETE' }),
    ];
    for (const { fault } of answers) expect(fault).toMatchObject({ status: 404, code: 'NoSuchUpload', details: { UploadId: id } });
  });
  it('a part whose body is not what it says is BadDigest, is not kept, and does not replace the one before', async () => {
    await using s3 = await openBucket();
    const id = await begin(s3);
    const { headers } = await put(s3, id, 1, 'good');
    expect((await put(s3, id, 1, 'hello', { 'x-amz-checksum-crc32': 'AAAAAA==' })).fault).toMatchObject({ code: 'BadDigest' });
    expect((await s3.send({ url: `/bbb/k?uploadId=${id}` })).text).toContain(`<ETag>${headers.etag?.replaceAll('"', '&quot;')}</ETag>`);
    expect(await s3.incoming()).toEqual([]);
  });
  it.each([
    ['<CompleteMultipartUpload/>', 'InvalidRequest'],
    ['', 'InvalidRequest'],
    ['<Complete/>', 'MalformedXML'],
    [listOf([1, '<x/>']), 'MalformedXML'],
    ['<CompleteMultipartUpload><Part><PartNumber>a</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>', 'MalformedXML'],
    [
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag><Other>1</Other></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    [
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag><ChecksumXXHASH64>1</ChecksumXXHASH64></Part></CompleteMultipartUpload>',
      'NotImplemented',
    ],
    ['not xml', 'MalformedXML'],
  ])('the list %s is %s, and the upload goes on', async (body, code) => {
    await using s3 = await openBucket();
    const id = await begin(s3);
    const { headers } = await put(s3, id, 1, 'x');
    expect((await complete(s3, id, body)).fault).toMatchObject({ code });
    expect((await complete(s3, id, listOf([1, headers.etag ?? '']))).status).toBe(200);
  });
  it('a checksum or type of the object that is not so stores nothing', async () => {
    await using s3 = await openBucket();
    const id = await begin(s3, { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' });
    const { headers } = await put(s3, id, 1, 'hello');
    const list = listOf([1, headers.etag ?? '']);
    for (const [header, value, code] of [
      ['x-amz-checksum-crc32', 'AAAAAA==', 'BadDigest'],
      ['x-amz-checksum-sha1', 'AAAAAA==', 'InvalidRequest'],
      ['x-amz-checksum-md5', 'AAAAAA==', 'NotImplemented'],
      ['x-amz-checksum-type', 'COMPOSITE', 'InvalidRequest'],
      ['x-amz-mp-object-size', '4', 'InvalidRequest'],
      ['x-amz-mp-object-size', 'five', 'InvalidRequest'],
    ] as const) {
      expect((await complete(s3, id, list, { [header]: value })).fault, header).toMatchObject({ code });
    }
    expect([s3.store.keys('bbb'), await s3.incoming()]).toEqual([[], []]);
    const right = { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-type': 'FULL_OBJECT', 'x-amz-mp-object-size': '5' };
    expect((await complete(s3, id, list, right)).text).toContain('<ChecksumCRC32>NhCmhg==</ChecksumCRC32>');
  });
  it('a part says nothing of its encryption', async () => {
    await using s3 = await openBucket();
    const answer = await put(s3, await begin(s3), 1, 'x', { 'x-amz-server-side-encryption': 'AES256' });
    expect(answer.fault).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
  it('UploadPartCopy is 501 by its name', async () => {
    await using s3 = await openBucket();
    const answer = await put(s3, await begin(s3), 1, '', { 'x-amz-copy-source': 'bbb/x' });
    expect(answer.fault).toMatchObject({ status: 501, message: 'UploadPartCopy is not emulated yet' });
  });
});

describe('on disk', () => {
  it('an upload that became an object just before a kill is no upload after it', async () => {
    await using s3 = await openBucket();
    const id = await begin(s3);
    const { headers } = await put(s3, id, 1, 'first');
    const uploads = join(s3.directory, 'object-store', 'buckets', 'bbb', 'uploads');
    await cp(join(uploads, id), join(s3.directory, 'copy'), { recursive: true });
    const open = await begin(s3);
    const list = listOf([1, headers.etag ?? '']);
    expect((await complete(s3, id, list)).status).toBe(200);
    await s3.store.close();
    await cp(join(s3.directory, 'copy'), join(uploads, id), { recursive: true });

    const again = await openObjectStore({ directory: s3.directory, clock: s3.clock });
    expect(await readdir(uploads)).toEqual([open]);
    expect(again.multipart.list('bbb').map(({ uploadId }) => uploadId)).toEqual([open]);
    expect(again.summary('bbb', 'k')?.sizeBytes).toBe(5);
    await again.close();
  });
  it('a part that was cut off stops the start with its path', async () => {
    await using s3 = await openBucket();
    const id = await begin(s3);
    await put(s3, id, 1, 'first');
    const path = join(s3.directory, 'object-store', 'buckets', 'bbb', 'uploads', id, 'part-1');
    await s3.store.close();
    await writeFile(path, (await readFile(path)).subarray(1));
    await expect(openObjectStore({ directory: s3.directory, clock: s3.clock })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining(path),
    });
  });
  it('what is no upload beside the uploads is left alone, with a warning', async () => {
    await using s3 = await openBucket();
    const id = await begin(s3);
    const uploads = join(s3.directory, 'object-store', 'buckets', 'bbb', 'uploads');
    await s3.store.close();
    await writeFile(join(uploads, '.DS_Store'), 'x');
    await mkdir(join(uploads, 'foreign'));
    const lines: { level: number; path: string }[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const again = await openObjectStore({ directory: s3.directory, clock: s3.clock, log });
    expect(again.multipart.list('bbb').map(({ uploadId }) => uploadId)).toEqual([id]);
    await again.close();
    expect(lines).toMatchObject(['.DS_Store', 'foreign'].map((name) => ({ level: 40, path: join(uploads, name) })));
    expect((await readdir(uploads)).sort()).toEqual(['.DS_Store', id, 'foreign'].sort());
  });
  it.each([
    ['cut off', (path: string) => writeFile(path, '{"uploadId":'), 'it is no JSON'],
    ['not there', (path: string) => rm(path), 'ENOENT'],
    ['of another form', (path: string) => writeFile(path, '{"key":"k"}'), 'it is no record of a multipart upload'],
    [
      'of another upload',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace(/"uploadId":"./, '"uploadId":"f')),
      'it is the record of another upload',
    ],
  ])('a record of an upload that is %s stops the start with its path', async (_, damage, reason) => {
    await using s3 = await openBucket();
    const path = join(s3.directory, 'object-store', 'buckets', 'bbb', 'uploads', await begin(s3), 'upload.json');
    await s3.store.close();
    await damage(path);
    const opened = openObjectStore({ directory: s3.directory, clock: s3.clock });
    await expect(opened).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(`${path} is damaged: ${reason}`) });
  });
  it('a folder where a part should be stops the start with its path', async () => {
    await using s3 = await openBucket();
    const path = join(s3.directory, 'object-store', 'buckets', 'bbb', 'uploads', await begin(s3), 'part-1');
    await s3.store.close();
    await mkdir(path);
    const opened = openObjectStore({ directory: s3.directory, clock: s3.clock });
    await expect(opened).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(path) });
  });
  it('a key of any form is no path, and a copy of a multipart object has an ETag and a checksum of its own', async () => {
    await using s3 = await openBucket();
    const created = await s3.send({ url: '/bbb/a/../..%2F..%2Fx/../b?uploads=', method: 'POST' });
    expect(created.fault).toMatchObject({ code: 'InvalidURI' });
    const id = await begin(s3, { 'x-amz-checksum-algorithm': 'CRC32' });
    const { headers } = await put(s3, id, 1, 'hello', { 'x-amz-checksum-crc32': 'NhCmhg==' });
    const list = listOf([1, headers.etag ?? '']).replace('</ETag>', '</ETag><ChecksumCRC32>NhCmhg==</ChecksumCRC32>');
    expect((await complete(s3, id, list)).text).toMatch(/<ChecksumCRC32>[^<]+==-1<\/ChecksumCRC32><ChecksumType>COMPOSITE</);
    expect((await s3.send({ url: '/bbb?list-type=2' })).text).toContain('<ChecksumType>COMPOSITE</ChecksumType>');
    const copied = await s3.send({ url: '/bbb/copy', method: 'PUT', headers: { 'x-amz-copy-source': 'bbb/k' } });
    expect(copied.text).toContain('<ChecksumCRC32>NhCmhg==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>');
    expect(copied.text).toContain('5d41402abc4b2a76b9719d911017c592');
  });
  it('belongs to its bucket: the uploads of another account’s bucket are not seen', async () => {
    await using s3 = await openBucket();
    await s3.store.createBucket('ccc', account);
    const id = await begin(s3);
    expect((await s3.send({ url: `/ccc/k?uploadId=${id}` })).fault).toMatchObject({ code: 'NoSuchUpload' });
    expect((await s3.send({ url: '/ccc?uploads' })).text).not.toContain('<Upload>');
  });
});

function partOf(overrides: Partial<PartRecord>): PartRecord {
  return { partNumber: 1, sizeBytes: 1, etag: 'e', lastModified: 0, checksum: null, ...overrides };
}

function uploadOf(): UploadRecord {
  const encryption = { algorithm: 'AES256' } as const;
  return { uploadId: 'u', key: 'k', initiatedAt: 0, initiatorArn: null, headers: {}, metadata: {}, encryption, checksum: null };
}
