// Conditions on writes, deletions, copies.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type CaseContext, failure, type S3Case, textOf } from '../s3-case.ts';

type PutInput = Partial<ConstructorParameters<typeof PutObjectCommand>[0]>;

function put({ client, Bucket }: CaseContext, input: PutInput = {}) {
  return client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...input }));
}

const otherEtag = '"00000000000000000000000000000000"';

export const writingCases: readonly S3Case[] = [
  {
    id: '37',
    title: 'If-None-Match: * stores once',
    source: 'V',
    async observe(context) {
      await put(context, { Body: 'first', IfNoneMatch: '*' });
      const fault = await failure(put(context, { Body: 'second', IfNoneMatch: '*' }), 'Condition');
      return [fault, await textOf(await context.client.send(new GetObjectCommand({ Bucket: context.Bucket, Key: 'k' })))];
    },
    expected: [{ name: 'PreconditionFailed', status: 412, Condition: 'If-None-Match' }, 'first'],
  },
  {
    id: '41',
    title: 'of 20 at once with If-None-Match: * one stores, the others are told 412 (or 409)',
    source: 'V, D',
    async observe(context) {
      const faults = await Promise.all(
        Array.from({ length: 20 }, (_, index) => failure(put(context, { Body: `body ${index}`, IfNoneMatch: '*' }))),
      );
      const refused = faults.filter((fault) => fault !== null);
      return { stored: faults.length - refused.length, others: refused.every(({ status }) => status === 412 || status === 409) };
    },
    expected: { stored: 1, others: true },
  },
  {
    id: '38',
    title: 'If-None-Match with an ETag is NotImplemented on a write',
    source: 'V',
    observe: (context) => failure(put(context, { IfNoneMatch: otherEtag }), 'Header'),
    expected: { name: 'NotImplemented', status: 501, Header: 'If-None-Match' },
  },
  {
    id: '39',
    title: 'If-Match on a missing key is NoSuchKey',
    source: 'V',
    observe: (context) => failure(put(context, { IfMatch: otherEtag })),
    expected: { name: 'NoSuchKey', status: 404 },
  },
  {
    id: '40',
    title: 'If-Match: * is NotImplemented on a write',
    source: 'V',
    observe: (context) => failure(put(context, { IfMatch: '*' })),
    expected: { name: 'NotImplemented', status: 501 },
  },
  {
    id: 'If-Match',
    title: 'stores with the ETag, and with another is 412',
    source: 'V',
    async observe(context) {
      const { ETag = '' } = await put(context);
      return [await failure(put(context, { IfMatch: otherEtag }), 'Condition'), await failure(put(context, { IfMatch: ETag }))];
    },
    expected: [{ name: 'PreconditionFailed', status: 412, Condition: 'If-Match' }, null],
  },
  {
    id: '42',
    title: 'a missing key is deleted, too',
    source: 'V',
    observe: ({ client, Bucket }) => failure(client.send(new DeleteObjectCommand({ Bucket, Key: 'none' }))),
    expected: null,
  },
  {
    id: 'delete If-Match',
    title: 'with another ETag is 412 and deletes nothing',
    source: 'D, G',
    async observe(context) {
      const { client, Bucket } = context;
      const { ETag = '' } = await put(context);
      const refused = await failure(client.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch: otherEtag })));
      const kept = await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'k' })));
      return [refused, kept, await failure(client.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch: ETag })))];
    },
    expected: [{ name: 'PreconditionFailed', status: 412 }, null, null],
  },
  {
    id: '43',
    title: 'DeleteObjects deletes all of them, missing ones too, whatever their names; quiet tells only errors',
    source: 'D',
    async observe(context) {
      const { client, Bucket } = context;
      const keys = ['a', ' b&<', 'ü/\r'];
      for (const Key of keys) await put(context, { Key });
      const Objects = [...keys, 'missing'].map((Key) => ({ Key }));
      const loud = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      const quiet = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      const left = await client.send(new ListObjectsV2Command({ Bucket }));
      return {
        deleted: loud.Deleted?.map(({ Key }) => Key).sort(),
        quiet: quiet.Deleted ?? [],
        errors: quiet.Errors ?? [],
        left: left.KeyCount,
      };
    },
    expected: { deleted: [' b&<', 'a', 'missing', 'ü/\r'], quiet: [], errors: [], left: 0 },
  },
  {
    id: '43 control',
    title: 'DeleteObjects deletes keys that XML cannot hold, and those beside them',
    source: 'M',
    async observe(context) {
      const { client, Bucket } = context;
      const keys = ['a', 'b\u0001', 'c\u000b', 'd\ufffe'];
      for (const Key of keys) await put(context, { Key });
      const Objects = keys.map((Key) => ({ Key }));
      const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      return [Deleted?.map(({ Key }) => Key).sort(), (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount];
    },
    expected: [['a', 'b\u0001', 'c\u000b', 'd\ufffe'], 0],
  },
  {
    id: '43 number',
    title: 'DeleteObjects of 1,001 keys is MalformedXML',
    source: 'D, s3-tests',
    observe({ client, Bucket }) {
      const Objects = Array.from({ length: 1_001 }, (_, index) => ({ Key: `k${index}` }));
      return failure(client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })));
    },
    expected: { name: 'MalformedXML', status: 400 },
  },
  {
    id: '43 ETag',
    title: 'DeleteObjects with another ETag deletes nothing',
    source: 'D',
    async observe(context) {
      const { client, Bucket } = context;
      await put(context);
      const Objects = [{ Key: 'k', ETag: otherEtag }];
      const answer = await client
        .send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
        .then(({ Errors = [] }) => Errors.map(({ Code }) => Code))
        .catch(({ name }: Error) => name);
      return [answer, (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount];
    },
    expected: [['PreconditionFailed'], 1],
  },
  {
    id: 'copy',
    title: 'has the bytes, ETag, checksum, metadata and type of its source, whose name is encoded by the caller',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      await put(context, { Key: 'ü k+', Body: 'hello', Metadata: { a: '1' }, ContentType: 'text/csv' });
      const CopySource = `${Bucket}/${encodeURIComponent('ü k+')}`;
      const { CopyObjectResult } = await client.send(new CopyObjectCommand({ Bucket, Key: 't', CopySource }));
      const { Metadata, ContentType } = await client.send(new HeadObjectCommand({ Bucket, Key: 't' }));
      return { ETag: CopyObjectResult?.ETag, ChecksumCRC32: CopyObjectResult?.ChecksumCRC32, Metadata, ContentType };
    },
    expected: { ETag: '"5d41402abc4b2a76b9719d911017c592"', ChecksumCRC32: 'NhCmhg==', Metadata: { a: '1' }, ContentType: 'text/csv' },
  },
  {
    id: '53',
    title: 'a copy onto itself that changes nothing is InvalidRequest; with REPLACE it has the new metadata',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      await put(context, { Metadata: { a: '1' } });
      const self = { Bucket, Key: 'k', CopySource: `${Bucket}/k` };
      const refused = await failure(client.send(new CopyObjectCommand(self)));
      await client.send(new CopyObjectCommand({ ...self, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }));
      return [refused, (await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).Metadata];
    },
    expected: [{ name: 'InvalidRequest', status: 400 }, { b: '2' }],
  },
  {
    id: 'copy conditions',
    title: 'of the source all answer 412 with their own name',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const { ETag = '' } = await put(context);
      const copy = { Bucket, Key: 't', CopySource: `${Bucket}/k` };
      return [
        await failure(client.send(new CopyObjectCommand({ ...copy, CopySourceIfMatch: otherEtag })), 'Condition'),
        await failure(client.send(new CopyObjectCommand({ ...copy, CopySourceIfNoneMatch: ETag })), 'Condition'),
        await failure(client.send(new CopyObjectCommand({ ...copy, CopySourceIfMatch: ETag }))),
      ];
    },
    expected: [
      { name: 'PreconditionFailed', status: 412, Condition: 'x-amz-copy-source-If-Match' },
      { name: 'PreconditionFailed', status: 412, Condition: 'x-amz-copy-source-If-None-Match' },
      null,
    ],
  },
  {
    id: 'copy of "//"',
    title: 'takes that object, not its bucket',
    source: 'D: keys are opaque',
    async observe({ client, Bucket }) {
      await client.send(new PutObjectCommand({ Bucket, Key: '//', Body: 'hello' }));
      await client.send(new CopyObjectCommand({ Bucket, Key: '/', CopySource: `${Bucket}/%2F%2F` }));
      return textOf(await client.send(new GetObjectCommand({ Bucket, Key: '/' })));
    },
    expected: 'hello',
  },
  {
    id: 'copy of nothing',
    title: 'is NoSuchKey',
    source: 'V',
    observe: ({ client, Bucket }) => failure(client.send(new CopyObjectCommand({ Bucket, Key: 't', CopySource: `${Bucket}/none` })), 'Key'),
    expected: { name: 'NoSuchKey', status: 404, Key: 'none' },
  },
];
