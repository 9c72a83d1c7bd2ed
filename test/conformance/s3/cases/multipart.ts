// Multipart uploads: what makes an object of parts, what does not, and the listings.
import { AbortMultipartUploadCommand, GetObjectCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { bytesOf, failure, type S3Case } from '../s3-case.ts';
import { begin, complete, isThere, Key, part, upload } from './multipart-steps.ts';

export const multipartCases: readonly S3Case[] = [
  {
    id: '50',
    title: 'an object of parts has the ETag MD5-of-MD5s-N; parts may come in any order, with gaps, and again',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const UploadId = await begin(context, { ContentType: 'text/csv', Metadata: { a: '1' } });
      const last = await upload(context, { UploadId, PartNumber: 9, Body: 'end' });
      await upload(context, { UploadId, PartNumber: 1, Body: part('x') });
      const second = await upload(context, { UploadId, PartNumber: 4, Body: part('b') });
      const first = await upload(context, { UploadId, PartNumber: 1, Body: part('a') });
      const before = await isThere(context);
      const { ETag } = await complete(context, UploadId, [first, second, last]);
      const object = await client.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = await bytesOf(object);
      return {
        before,
        ETag,
        same: bytes.equals(Buffer.concat([part('a'), part('b'), Buffer.from('end')])),
        read: [object.ETag, object.ContentType, object.Metadata],
      };
    },
    expected: {
      before: false,
      ETag: '"664acfbb935a00cf57c9f91ad983b354-3"',
      same: true,
      read: ['"664acfbb935a00cf57c9f91ad983b354-3"', 'text/csv', { a: '1' }],
    },
  },
  {
    id: 'one part',
    title: 'is enough, may be small, and its object has the ETag MD5-of-MD5-1',
    source: 'M = V',
    async observe(context) {
      const UploadId = await begin(context);
      const only = await upload(context, { UploadId, Body: 'x' });
      return [only.ETag, (await complete(context, UploadId, [only])).ETag];
    },
    expected: ['"9dd4e461268c8034f5c8564e155c67a6"', '"9affad555af89da9b0bfcd5e45bc93da-1"'],
  },
  {
    id: '46',
    title: 'a part of 4 bytes that is not the last is EntityTooSmall',
    source: 'V',
    async observe(context) {
      const UploadId = await begin(context);
      const parts = [await upload(context, { UploadId, Body: 'aaaa' }), await upload(context, { UploadId, PartNumber: 2, Body: 'bbbb' })];
      const details = ['MinSizeAllowed', 'PartNumber', 'ProposedSize'];
      return [await failure(complete(context, UploadId, parts), ...details), await isThere(context)];
    },
    expected: [{ name: 'EntityTooSmall', status: 400, MinSizeAllowed: '5242880', PartNumber: '1', ProposedSize: '4' }, false],
  },
  {
    id: '47',
    title: 'parts in the order 2, 1 are InvalidPartOrder',
    source: 'V',
    async observe(context) {
      const UploadId = await begin(context);
      const first = await upload(context, { UploadId });
      const second = await upload(context, { UploadId, PartNumber: 2 });
      return failure(complete(context, UploadId, [second, first]));
    },
    expected: { name: 'InvalidPartOrder', status: 400 },
  },
  {
    id: '48',
    title: 'another ETag, or a part that never came, is InvalidPart; quotes do not count',
    source: 'V, I s3rver #629',
    async observe(context) {
      const UploadId = await begin(context);
      const { ETag = '' } = await upload(context, { UploadId });
      const other = '00000000000000000000000000000000';
      const wrong = await failure(complete(context, UploadId, [{ PartNumber: 1, ETag: `"${other}"` }]), 'PartNumber', 'ETag');
      const missing = await failure(complete(context, UploadId, [{ PartNumber: 7, ETag }]), 'PartNumber');
      const bare = await failure(complete(context, UploadId, [{ PartNumber: 1, ETag: ETag.replaceAll('"', '') }]));
      return [wrong, missing, bare];
    },
    expected: [
      { name: 'InvalidPart', status: 400, PartNumber: '1', ETag: '00000000000000000000000000000000' },
      { name: 'InvalidPart', status: 400, PartNumber: '7' },
      null,
    ],
  },
  {
    id: '49',
    title: 'part numbers 0, -1 and 10001 are InvalidArgument, 10000 is none',
    source: 'V',
    async observe(context) {
      const UploadId = await begin(context);
      const numbers = [0, -1, 10_001, 10_000];
      return Promise.all(numbers.map((PartNumber) => failure(upload(context, { UploadId, PartNumber }))));
    },
    expected: [
      { name: 'InvalidArgument', status: 400 },
      { name: 'InvalidArgument', status: 400 },
      { name: 'InvalidArgument', status: 400 },
      null,
    ],
  },
  {
    id: 'NoSuchUpload',
    title: 'an upload that is not there, not of this key, or aborted is NoSuchUpload for everybody',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const UploadId = await begin(context);
      const only = await upload(context, { UploadId });
      const otherKey = await failure(complete(context, UploadId, [only], { Key: 'other' }));
      const abort = () => client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      const { $metadata } = await abort();
      const after = [
        upload(context, { UploadId }),
        complete(context, UploadId, [only]),
        abort(),
        client.send(new ListPartsCommand({ Bucket, Key, UploadId })),
      ];
      return { otherKey, aborted: $metadata.httpStatusCode, after: await Promise.all(after.map((call) => failure(call))) };
    },
    expected: {
      otherKey: { name: 'NoSuchUpload', status: 404 },
      aborted: 204,
      after: Array(4).fill({ name: 'NoSuchUpload', status: 404 }),
    },
  },
  {
    id: 'no parts',
    title: 'a completion without parts is InvalidRequest',
    source: 'V',
    async observe(context) {
      const UploadId = await begin(context);
      return failure(complete(context, UploadId, []));
    },
    expected: { name: 'InvalidRequest', status: 400 },
  },
  {
    id: 'complete twice',
    title: 'a completion that is repeated with the same parts answers the same, with others NoSuchUpload',
    source: 'M',
    async observe(context) {
      const UploadId = await begin(context);
      const only = await upload(context, { UploadId });
      const first = await complete(context, UploadId, [only]);
      const again = await complete(context, UploadId, [only]);
      const other = await failure(complete(context, UploadId, [{ ...only, ETag: '00000000000000000000000000000000' }]));
      return [again.ETag === first.ETag, again.Bucket === first.Bucket, again.Key, other];
    },
    expected: [true, true, Key, { name: 'NoSuchUpload', status: 404 }],
  },
  {
    id: 'ListParts',
    title: 'pages through the parts in the order of their numbers',
    source: 'D',
    async observe(context) {
      const { client, Bucket } = context;
      const UploadId = await begin(context);
      for (const PartNumber of [10, 2, 9]) await upload(context, { UploadId, PartNumber, Body: 'x'.repeat(PartNumber) });
      const input = { Bucket, Key, UploadId };
      const first = await client.send(new ListPartsCommand({ ...input, MaxParts: 2 }));
      const rest = await client.send(new ListPartsCommand({ ...input, PartNumberMarker: first.NextPartNumberMarker }));
      const partsOf = ({ Parts = [] }: typeof first) => Parts.map(({ PartNumber, Size }) => [PartNumber, Size]);
      return [partsOf(first), first.IsTruncated, first.NextPartNumberMarker, partsOf(rest), rest.IsTruncated];
    },
    expected: [
      [
        [2, 2],
        [9, 9],
      ],
      true,
      '9',
      [[10, 10]],
      false,
    ],
  },
  {
    id: 'ListMultipartUploads',
    title: 'lists what has not ended, by key, with groups and pages',
    source: 'D',
    async observe(context) {
      const { client, Bucket } = context;
      for (const key of ['b/2', 'c', 'a', 'b/1', 'c']) await begin(context, { Key: key });
      const ended = await begin(context, { Key: 'd' });
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'd', UploadId: ended }));
      const all = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      const grouped = await client.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/' }));
      const prefixed = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'b/' }));
      const first = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 4 }));
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = first;
      const rest = await client.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker, UploadIdMarker }));
      const keysOf = ({ Uploads = [] }: typeof all) => Uploads.map((one) => one.Key);
      const ids = new Set([...(first.Uploads ?? []), ...(rest.Uploads ?? [])].map((one) => one.UploadId));
      return {
        all: keysOf(all),
        grouped: [keysOf(grouped), grouped.CommonPrefixes?.map(({ Prefix }) => Prefix)],
        prefixed: keysOf(prefixed),
        pages: [keysOf(first), first.IsTruncated, keysOf(rest), rest.IsTruncated, ids.size],
      };
    },
    expected: {
      all: ['a', 'b/1', 'b/2', 'c', 'c'],
      grouped: [['a', 'c', 'c'], ['b/']],
      prefixed: ['b/1', 'b/2'],
      pages: [['a', 'b/1', 'b/2', 'c'], true, ['c'], false, 5],
    },
  },
];
