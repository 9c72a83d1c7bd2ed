// Multipart uploads as the tests make them: parts of the smallest size, each of one letter.
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

export const partBytes = 5 * 1024 * 1024;

export function multipartClient(client: S3Client, Bucket: string, Key: string) {
  return {
    async create(): Promise<string> {
      return (await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId ?? '';
    },
    async upload(UploadId: string, PartNumber: number, letter: string, bytes = partBytes): Promise<CompletedPart> {
      const Body = Buffer.alloc(bytes, letter);
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      return { ETag, PartNumber };
    },
    complete(UploadId: string, Parts: CompletedPart[]) {
      return client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    },
    async read(): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}

/** `ab` is a part of a, then one of b. */
export function bytesOfParts(letters: string, bytes = partBytes): Buffer {
  return Buffer.concat([...letters].map((letter) => Buffer.alloc(bytes, letter)));
}
