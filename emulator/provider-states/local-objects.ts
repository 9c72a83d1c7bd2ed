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
  /** Keys that begin so, in order; of objects that were written at `sinceMs` or later, whole seconds since 1970 as S3 has them. */
  list(bucket: string, prefix: string, sinceMs?: number): Promise<readonly string[]>;
  close(): void;
}

const timeoutMs = 10_000;
const attemptsMax = 2;

/** Rejects with the SDK's errors. */
export async function openLocalObjects(options: { awsUrl: string; region: string; credentials: Credentials }): Promise<LocalObjects> {
  // Only here: the SDK would cost every start its time.
  const { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } = await import(
    '@aws-sdk/client-s3'
  );
  const { awsUrl, region, credentials } = options;
  // A copy: the SDK writes into the object it is given, and these are the ones of the ready file.
  const client = new S3Client({
    endpoint: awsUrl,
    region,
    credentials: { ...credentials },
    forcePathStyle: true,
    maxAttempts: attemptsMax,
  });
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
    async list(bucket, prefix, sinceMs = 0) {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const command: InstanceType<typeof ListObjectsV2Command> = new ListObjectsV2Command({
          ...{ Bucket: bucket, Prefix: prefix },
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        });
        const { Contents = [], NextContinuationToken } = await client.send(command, limit());
        const late = Contents.filter(({ LastModified }) => (LastModified?.getTime() ?? 0) >= Math.floor(sinceMs / 1_000) * 1_000);
        keys.push(...late.flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
        ContinuationToken = NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return keys;
    },
    close: () => client.destroy(),
  };
}

/** Undefined where S3 keeps something that is no date: the SDK could not send it. */
function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
