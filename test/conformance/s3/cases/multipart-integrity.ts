// Multipart uploads: checksums, size and conditions of the object.
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { failure, type S3Case } from '../s3-case.ts';
import { begin, complete, isThere, Key, twoParts, upload } from './multipart-steps.ts';

export const multipartIntegrityCases: readonly S3Case[] = [
  {
    id: 'composite checksum',
    title: 'CRC32 and SHA256 of an upload are over those of its parts, with -N',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const values: unknown[] = [];
      for (const ChecksumAlgorithm of ['CRC32', 'SHA256'] as const) {
        const UploadId = await begin(context, { ChecksumAlgorithm });
        const made = await complete(context, UploadId, await twoParts(context, UploadId, ChecksumAlgorithm));
        const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
        const name = `Checksum${ChecksumAlgorithm}` as const;
        values.push([made[name], made.ChecksumType, head[name], head.ChecksumType]);
      }
      return values;
    },
    expected: [
      ['/ZvVWQ==-2', 'COMPOSITE', '/ZvVWQ==-2', 'COMPOSITE'],
      ['dzCsLahq2uOvyeJkH2LAwHnz1a3pXVn08x+6hxnDzUk=-2', 'COMPOSITE', 'dzCsLahq2uOvyeJkH2LAwHnz1a3pXVn08x+6hxnDzUk=-2', 'COMPOSITE'],
    ],
  },
  {
    id: 'full object checksum',
    title: 'CRC32 with FULL_OBJECT, CRC64NVME, and what nobody named are over all bytes',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const values: unknown[] = [];
      for (const [input, name] of [
        [{ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }, 'ChecksumCRC32'],
        [{ ChecksumAlgorithm: 'CRC64NVME' }, 'ChecksumCRC64NVME'],
        [{}, 'ChecksumCRC64NVME'],
      ] as const) {
        const UploadId = await begin(context, input);
        const algorithm = 'ChecksumAlgorithm' in input ? input.ChecksumAlgorithm : 'CRC32';
        const parts = await twoParts(context, UploadId, algorithm);
        const made = await complete(
          context,
          UploadId,
          parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
        );
        const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
        values.push([made[name], made.ChecksumType, head[name], head.ChecksumType]);
      }
      return values;
    },
    expected: [
      ['DEWNYQ==', 'FULL_OBJECT', 'DEWNYQ==', 'FULL_OBJECT'],
      ['Xm9yDpG3mmg=', 'FULL_OBJECT', 'Xm9yDpG3mmg=', 'FULL_OBJECT'],
      ['Xm9yDpG3mmg=', 'FULL_OBJECT', 'Xm9yDpG3mmg=', 'FULL_OBJECT'],
    ],
  },
  {
    id: 'composite without its parts',
    title: 'a composite upload is not completed without the checksum of each part, nor with another one',
    source: 'V',
    async observe(context) {
      const UploadId = await begin(context, { ChecksumAlgorithm: 'CRC32' });
      const { ETag } = await upload(context, { UploadId, ChecksumAlgorithm: 'CRC32' });
      return [
        await failure(complete(context, UploadId, [{ PartNumber: 1, ETag }]), 'message'),
        await failure(complete(context, UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32: 'AAAAAA==' }])),
        await isThere(context),
      ];
    },
    expected: [
      {
        name: 'InvalidRequest',
        status: 400,
        message:
          'The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
      },
      { name: 'InvalidPart', status: 400 },
      false,
    ],
  },
  {
    id: 'checksum named at the end only',
    title: 'of an upload that named none at the start is InvalidPart',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const UploadId = await begin(context);
      const { ETag, ChecksumCRC32 } = await client.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'CRC32' }),
      );
      return failure(complete(context, UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32: ChecksumCRC32 ?? 'jNw7xA==' }]));
    },
    expected: { name: 'InvalidPart', status: 400 },
  },
  {
    id: 'impossible checksum type',
    title: 'FULL_OBJECT with SHA256 and COMPOSITE with CRC64NVME are InvalidRequest',
    source: 'V',
    observe: (context) =>
      Promise.all([
        failure(begin(context, { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })),
        failure(begin(context, { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' })),
      ]),
    expected: [
      { name: 'InvalidRequest', status: 400 },
      { name: 'InvalidRequest', status: 400 },
    ],
  },
  {
    id: 'checksum of another algorithm',
    title: 'for a part than the upload has is InvalidRequest',
    source: 'D, I swift',
    async observe(context) {
      const UploadId = await begin(context, { ChecksumAlgorithm: 'SHA256' });
      return failure(upload(context, { UploadId, ChecksumAlgorithm: 'CRC32' }), 'message');
    },
    expected: {
      name: 'InvalidRequest',
      status: 400,
      message: 'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
    },
  },
  {
    id: 'size of the object',
    title: 'another one than the parts have is InvalidRequest',
    source: 'I versitygw',
    async observe(context) {
      const UploadId = await begin(context);
      const only = await upload(context, { UploadId });
      return [
        await failure(complete(context, UploadId, [only], { MpuObjectSize: 2 })),
        await failure(complete(context, UploadId, [only], { MpuObjectSize: 1 })),
      ];
    },
    expected: [{ name: 'InvalidRequest', status: 400 }, null],
  },
  {
    id: 'complete If-None-Match',
    title: 'is looked at when the upload completes: 412 for an object that is there, 409 for one that was deleted meanwhile',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const UploadId = await begin(context);
      const only = await upload(context, { UploadId });
      const put = () => client.send(new PutObjectCommand({ Bucket, Key, Body: 'other' }));
      const once = () => failure(complete(context, UploadId, [only], { IfNoneMatch: '*' }), 'Condition');
      await put();
      const exists = await once();
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
      const deleted = await once();
      const next = await begin(context);
      const again = await failure(complete(context, next, [await upload(context, { UploadId: next })], { IfNoneMatch: '*' }));
      return [exists, deleted, again];
    },
    expected: [
      { name: 'PreconditionFailed', status: 412, Condition: 'If-None-Match' },
      { name: 'ConditionalRequestConflict', status: 409, Condition: 'If-None-Match' },
      null,
    ],
  },
  {
    id: 'complete If-Match',
    title: 'another ETag is 412, an object written meanwhile 409, a missing one 404, the same one is replaced',
    source: 'V',
    async observe(context) {
      const { client, Bucket } = context;
      const put = () => client.send(new PutObjectCommand({ Bucket, Key, Body: 'other' }));
      const missing = await begin(context);
      const none = await failure(complete(context, missing, [await upload(context, { UploadId: missing })], { IfMatch: '"abc"' }));
      const { ETag } = await put();
      const first = await begin(context);
      const only = await upload(context, { UploadId: first });
      const other = await failure(complete(context, first, [only], { IfMatch: '"00000000000000000000000000000000"' }), 'Condition');
      await put();
      const written = await failure(complete(context, first, [only], { IfMatch: ETag }), 'Condition');
      const second = await begin(context);
      const same = await failure(complete(context, second, [await upload(context, { UploadId: second })], { IfMatch: ETag }));
      return [none, other, written, same];
    },
    expected: [
      { name: 'NoSuchKey', status: 404 },
      { name: 'PreconditionFailed', status: 412, Condition: 'If-Match' },
      { name: 'ConditionalRequestConflict', status: 409, Condition: 'If-Match' },
      null,
    ],
  },
];
