// What the worker asks of the results bucket beside the conditional reads and writes of POST /request: ranges, lists, deletions, multipart.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { deadline } from '../aws/deadline.ts';
import { nameOf, statusOf } from '../aws/error-label.ts';
import { createObjects, type Objects } from '../request/objects.ts';
import { createMultipart, type Multipart } from './multipart.ts';

export interface StoredAnswer {
  readonly body: Uint8Array;
  readonly contentType: string;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

/** Where nothing else is said, they reject with the SDK's error. */
export interface WorkerStorage extends Objects, Multipart {
  /** Bytes from `start` up to but not including `end` of the version with this ETag; null where it is another one, or gone. */
  readRange(
    key: string,
    range: { readonly start: number; readonly end: number; readonly etag: string },
    timeoutMs: number,
  ): Promise<Uint8Array | null>;
  /** Null where nothing is. */
  readAnswer(key: string, timeoutMs: number): Promise<StoredAnswer | null>;
  /** Objects whose keys begin with the prefix. */
  list(prefix: string, timeoutMs: () => number): AsyncIterable<ListedObject>;
  /** Also where nothing is. */
  remove(key: string, timeoutMs: number): Promise<void>;
}

export function createWorkerStorage({
  bucket,
  client,
}: {
  readonly bucket: string;
  readonly client: Pick<S3Client, 'send'>;
}): WorkerStorage {
  return {
    ...createObjects({ bucket, client }),
    ...createMultipart({ bucket, client }),
    async readRange(key, { start, end, etag }, timeoutMs) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag, Range: `bytes=${start}-${end - 1}` });
      try {
        const { Body } = await client.send(command, deadline(timeoutMs));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        if (bytes.byteLength !== end - start) throw new RangeCutShort();
        return bytes;
      } catch (error) {
        // 416: the object is shorter than it was, so it is not the same.
        if (['PreconditionFailed', 'NoSuchKey', 'InvalidRange'].includes(nameOf(error)) || statusOf(error) === 412) return null;
        throw error;
      }
    },
    async readAnswer(key, timeoutMs) {
      try {
        const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), deadline(timeoutMs));
        return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), contentType: ContentType ?? '' };
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return null;
        throw error;
      }
    },
    async *list(prefix, timeoutMs) {
      let token: string | undefined;
      do {
        const page: ListObjectsV2CommandOutput = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) }),
          deadline(timeoutMs()),
        );
        for (const { Key, Size = 0 } of page.Contents ?? []) if (Key !== undefined) yield { key: Key, bytes: Size };
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async remove(key, timeoutMs) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), deadline(timeoutMs));
    },
  };
}

/** Only its name is used, in our log. */
class RangeCutShort extends Error {
  override readonly name = 'RangeCutShort';
}
