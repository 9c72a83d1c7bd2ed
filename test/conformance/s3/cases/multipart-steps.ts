// The steps of a multipart upload, as its cases take them.
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  ListObjectsV2Command,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import type { CaseContext } from '../s3-case.ts';

export const Key = 'a/ü b';
/** The smallest that may be followed by another. */
const partBytes = 5 * 1024 * 1024;
export const part = (letter: string, bytes = partBytes) => Buffer.alloc(bytes, letter);

export async function begin({ client, Bucket }: CaseContext, input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  return (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))).UploadId ?? '';
}

export async function upload({ client, Bucket }: CaseContext, input: Partial<UploadPartCommandInput>): Promise<CompletedPart> {
  const PartNumber = input.PartNumber ?? 1;
  const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId: '', PartNumber, Body: 'x', ...input }));
  return { ETag, PartNumber };
}

export function complete(
  { client, Bucket }: CaseContext,
  UploadId: string,
  Parts: CompletedPart[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  return client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
}

export async function isThere({ client, Bucket }: CaseContext): Promise<boolean> {
  return (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount === 1;
}

/** Two parts of 5 MiB and their checksums of that algorithm. */
export async function twoParts(
  context: CaseContext,
  UploadId: string,
  ChecksumAlgorithm: 'CRC32' | 'SHA256' | 'CRC64NVME',
): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = [];
  for (const [PartNumber, letter] of [
    [1, 'a'],
    [2, 'b'],
  ] as const) {
    const { client, Bucket } = context;
    const answer = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: part(letter), ChecksumAlgorithm }));
    const name = `Checksum${ChecksumAlgorithm}` as const;
    parts.push({ PartNumber, ETag: answer.ETag, [name]: answer[name] });
  }
  return parts;
}
