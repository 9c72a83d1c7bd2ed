// Objects as an account's administrator sees them, through Airlock's own S3: the same wherever the objects really are.
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { Credentials } from '../iam/principal.ts';

export interface StoredObject {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly headers?: StoredHeaders;
}

/** What S3 keeps beside the type. */
type StoredHeaders = Pick<
  PutObjectCommandInput,
  'CacheControl' | 'ContentDisposition' | 'ContentEncoding' | 'ContentLanguage' | 'Expires' | 'Metadata'
>;

export interface LocalObjects {
  /** Null where nothing is. */
  read(bucket: string, key: string): Promise<StoredObject | null>;
  write(bucket: string, key: string, object: StoredObject): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  close(): void;
}

const timeoutMs = 10_000;
const attemptsMax = 2;

/** Rejects with the SDK's errors. */
export async function openLocalObjects(options: { awsUrl: string; region: string; credentials: Credentials }): Promise<LocalObjects> {
  // Only here: the SDK would cost every start its time.
  const { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const { awsUrl, region, credentials } = options;
  const client = new S3Client({ endpoint: awsUrl, region, credentials, forcePathStyle: true, maxAttempts: attemptsMax });
  const limit = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    async read(bucket, key) {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), limit());
        const { Body, ContentType = 'application/octet-stream' } = answer;
        const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ExpiresString, Metadata } = answer;
        const headers = { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Expires: dateOf(ExpiresString), Metadata };
        return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), contentType: ContentType, headers };
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    async write(bucket, key, { body, contentType, headers = {} }) {
      const object = { ...headers, Body: body, ContentType: contentType };
      await client.send(new PutObjectCommand({ ...object, Bucket: bucket, Key: key }), limit());
    },
    async remove(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), limit());
    },
    close: () => client.destroy(),
  };
}

/** Undefined where S3 keeps something that is no date: the SDK could not send it. */
function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
