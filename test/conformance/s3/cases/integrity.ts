// What a client says of its body is checked, and what it asks to be told it is told.
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type CaseContext, failure, type S3Case, textOf } from '../s3-case.ts';

const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
const valuesOfHello = {
  CRC32: 'NhCmhg==',
  CRC32C: 'mnG7TA==',
  CRC64NVME: 'M3eFcAZSQlc=',
  SHA1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
  SHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
};

const perAlgorithm: readonly S3Case[] = algorithms.map((ChecksumAlgorithm) => ({
  id: `26 ${ChecksumAlgorithm}`,
  title: 'is verified on write, kept, and given back on read',
  source: 'V',
  async observe({ client, Bucket }) {
    const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    const name = `Checksum${ChecksumAlgorithm}` as const;
    return { put: put[name], type: put.ChecksumType, got: got[name], text: await textOf(got) };
  },
  expected: {
    put: valuesOfHello[ChecksumAlgorithm],
    type: 'FULL_OBJECT',
    got: valuesOfHello[ChecksumAlgorithm],
    text: 'hello',
  },
}));

/** The fault of a put, and what is there afterwards. */
async function refusedPut({ client, Bucket }: CaseContext, input: Record<string, string>): Promise<unknown> {
  const fault = await failure(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ...input })));
  const after = await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'k' })));
  return [fault, after?.status];
}

export const integrityCases: readonly S3Case[] = [
  ...perAlgorithm,
  {
    id: '27',
    title: 'without a checksum of the client S3 computes CRC64NVME',
    source: 'G, V',
    async observe({ clientWith, Bucket }) {
      const client = clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' });
      const Body = Readable.from([Buffer.from('12345'), Buffer.from('6789')]);
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: 9 }));
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
      return [put.ChecksumCRC64NVME, got.ChecksumCRC64NVME, await textOf(got)];
    },
    expected: ['rosUhgp5mIg=', 'rosUhgp5mIg=', '123456789'],
  },
  {
    id: '28',
    title: 'a Content-MD5 of other data is BadDigest, and nothing is stored',
    source: 'V',
    observe: (context) => refusedPut(context, { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    expected: [{ name: 'BadDigest', status: 400 }, 404],
  },
  {
    id: '28 form',
    title: 'a Content-MD5 that is none is InvalidDigest',
    source: 'V',
    observe: (context) => refusedPut(context, { ContentMD5: '000' }),
    expected: [{ name: 'InvalidDigest', status: 400 }, 404],
  },
  {
    id: 'checksum mismatch',
    title: 'a checksum of other data is BadDigest, and nothing is stored',
    source: 'V',
    observe: (context) => refusedPut(context, { ChecksumSHA256: Buffer.alloc(32).toString('base64') }),
    expected: [{ name: 'BadDigest', status: 400 }, 404],
  },
  {
    id: 'checksum form',
    title: 'a checksum that is none is InvalidRequest',
    source: 'V',
    observe: (context) => refusedPut(context, { ChecksumCRC32: 'AAAA' }),
    expected: [{ name: 'InvalidRequest', status: 400 }, 404],
  },
  {
    id: '29',
    title: 'two checksums are InvalidRequest',
    source: 'V',
    observe: (context) => refusedPut(context, { ChecksumCRC32: 'NhCmhg==', ChecksumSHA1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' }),
    expected: [{ name: 'InvalidRequest', status: 400 }, 404],
  },
  {
    id: '22',
    title: 'a stream that is shorter than announced stores nothing',
    source: 'G',
    async observe({ client, Bucket }) {
      const Body = Readable.from([Buffer.from('hello')]);
      const fault = await failure(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: 6 })));
      return [fault !== null, (await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))))?.status];
    },
    expected: [true, 404],
  },
];
