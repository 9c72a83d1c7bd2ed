// The results bucket as the steps use it: conditional writes and reads. A write never replaces what it has not seen.
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { deadline } from '../aws/deadline.ts';
import { nameOf, statusOf } from '../aws/error-label.ts';
import { type RequestErrorCode, requestError } from './request-errors.ts';

export interface NewObject {
  readonly key: string;
  readonly body: Uint8Array | string;
  readonly contentType: string;
  /** Lower-case names; ASCII values. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** `lost`: another writer was there first, or still is. */
export type WriteOutcome = { readonly kind: 'written'; readonly etag: string } | { readonly kind: 'lost' };

export interface ObjectHead {
  readonly etag: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** All of them throw HttpError, RESULT_NOT_STORED by default, where S3 cannot be used in the time given. */
export interface Objects {
  readonly bucket: string;
  /** Writes where nothing is (If-None-Match: *). */
  putNew(object: NewObject, timeoutMs: number): Promise<WriteOutcome>;
  /** Writes over exactly the version with this ETag (If-Match). */
  replace(object: NewObject, etag: string, timeoutMs: number): Promise<WriteOutcome>;
  /** Null where nothing is. */
  head(key: string, timeoutMs: number): Promise<ObjectHead | null>;
  read(key: string, timeoutMs: number): Promise<{ readonly text: string; readonly etag: string } | null>;
}

export interface ObjectsOptions {
  readonly bucket: string;
  readonly client: Pick<S3Client, 'send'>;
  /** What a caller is told where S3 cannot be used. */
  readonly whenUnusable?: RequestErrorCode;
}

export function createObjects({ bucket, client, whenUnusable = 'RESULT_NOT_STORED' }: ObjectsOptions): Objects {
  const nullIfMissing = (error: unknown): null => {
    if (isMissing(error)) return null;
    throw requestError(whenUnusable, { cause: error });
  };
  const put = async (
    object: NewObject,
    condition: { IfNoneMatch: '*' } | { IfMatch: string },
    timeoutMs: number,
  ): Promise<WriteOutcome> => {
    const { key, body, contentType, metadata } = object;
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      ...(metadata && { Metadata: metadata }),
      ...condition,
    });
    try {
      const { ETag } = await client.send(command, deadline(timeoutMs));
      return { kind: 'written', etag: ETag ?? '' };
    } catch (error) {
      if (isLost(error)) return { kind: 'lost' };
      throw requestError(whenUnusable, { cause: error });
    }
  };
  return {
    bucket,
    putNew: (object, timeoutMs) => put(object, { IfNoneMatch: '*' }, timeoutMs),
    replace: (object, etag, timeoutMs) => put(object, { IfMatch: etag }, timeoutMs),
    async head(key, timeoutMs) {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), deadline(timeoutMs));
        return {
          etag: head.ETag ?? '',
          contentType: head.ContentType ?? '',
          bytes: head.ContentLength ?? 0,
          metadata: head.Metadata ?? {},
        };
      } catch (error) {
        return nullIfMissing(error);
      }
    },
    async read(key, timeoutMs) {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), deadline(timeoutMs));
        return { text: (await Body?.transformToString('utf-8')) ?? '', etag: ETag ?? '' };
      } catch (error) {
        return nullIfMissing(error);
      }
    },
  };
}

/** 412: the condition does not hold. 409: two writers at once. 404 on If-Match: the object has gone. */
function isLost(error: unknown): boolean {
  return ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes(nameOf(error)) || statusOf(error) === 412;
}

/** The role may list the bucket, so that a missing object is 404 and a lost permission 403; only the first is missing. */
function isMissing(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(nameOf(error));
}
