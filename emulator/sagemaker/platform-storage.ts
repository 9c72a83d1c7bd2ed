// What SageMaker itself does in S3, outside the container: it fetches inputs and stores outputs with the model's execution role, through
// the same endpoint and the same policies as everybody. Real AWS SDK, so it is loaded when it is first needed.
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';

export interface S3Location {
  readonly bucket: string;
  /** Of an object, or the prefix of several. */
  readonly key: string;
}

export interface StoredObject {
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** As stored; null where none is. */
  readonly contentType: string | null;
}

export interface NewObject {
  readonly body: Buffer | { readonly bytes: number; open(): Readable };
  readonly contentType?: string;
  /** Key of aws:kms; absent: what the bucket says. */
  readonly kmsKeyId?: string;
}

/** All of them throw PlatformStorageError. */
export interface PlatformStorage {
  /** Null where no object is. */
  head(location: S3Location, signal?: AbortSignal): Promise<StoredObject | null>;
  /** The body errors where it breaks off; whoever opened it reads or destroys it. */
  open(location: S3Location, signal?: AbortSignal): Promise<StoredObject & { readonly body: Readable }>;
  /** Keys that begin with it, in S3's order. */
  list(prefix: S3Location, signal?: AbortSignal): AsyncIterable<{ readonly key: string; readonly bytes: number }>;
  put(location: S3Location, object: NewObject, signal?: AbortSignal): Promise<void>;
}

/** Of Node.js: no connection, or one that broke. */
const connectionErrors: ReadonlySet<string> = new Set([
  ...['EAI_AGAIN', 'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN', 'EHOSTUNREACH', 'EMFILE', 'ENETDOWN', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EPIPE', 'ETIMEDOUT'],
]);

/** S3 said no, or could not be reached. */
export class PlatformStorageError extends Error {
  override readonly name = 'PlatformStorageError';
  /** S3's, e.g. NoSuchKey, NoSuchBucket, AccessDenied; the SDK's where no answer came. */
  readonly code: string;
  readonly status: number | null;
  /** No answer, or one that says that it is S3's own trouble: the same call may succeed later. */
  readonly isTemporary: boolean;

  constructor(error: unknown) {
    const {
      name = 'Unknown',
      message = '',
      code = '',
      $metadata,
    } = error as { name?: string; message?: string; code?: string; $metadata?: { httpStatusCode?: number } };
    super(message, { cause: error });
    this.status = $metadata?.httpStatusCode ?? null;
    // What keeps an answer from coming has a code alone, e.g. ECONNREFUSED.
    const said = this.status === null && /^(Aggregate)?Error$/.test(name) && code !== '' ? code : name;
    // The answer to a HEAD has no body to say it.
    this.code = this.status === 403 && /^(403|Forbidden|Unknown|UnknownError)$/.test(name) ? 'AccessDenied' : said;
    // Without a status it can also be a call that the SDK does not send.
    this.isTemporary = this.status === null ? name === 'TimeoutError' || connectionErrors.has(code) : this.status >= 500;
  }
}

/** Until the head of an answer; a body of gigabytes may take its time. */
const answerTimeoutMs = 30_000;
const attemptsMax = 3;

export interface PlatformStorageOptions {
  readonly endpointUrl: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** `close` ends its connections. */
export async function createPlatformStorage(options: PlatformStorageOptions): Promise<PlatformStorage & { close(): void }> {
  const { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client, paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const client: S3Client = new S3Client({
    endpoint: options.endpointUrl,
    region: options.region,
    credentials: options.credentials,
    forcePathStyle: true,
    maxAttempts: attemptsMax,
    // An object is verified by the length and by S3 itself; hashing a gigabyte once more here would cost the job seconds.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    // It would write to the console; what fails is told by an error.
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    requestHandler: { connectionTimeout: 2_000, requestTimeout: answerTimeoutMs, throwOnRequestTimeout: true },
  });
  const given = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });
  return {
    async head({ bucket, key }, signal) {
      try {
        return describe(await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), given(signal)));
      } catch (error) {
        const failure = new PlatformStorageError(error);
        if (failure.status === 404 && failure.code !== 'NoSuchBucket') return null;
        throw failure;
      }
    },
    async open({ bucket, key }, signal) {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), given(signal));
        return { ...describe(answer), body: answer.Body as Readable };
      } catch (error) {
        throw new PlatformStorageError(error);
      }
    },
    async *list({ bucket, key }, signal) {
      try {
        const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: key }, given(signal));
        for await (const { Contents } of pages) {
          for (const entry of Contents ?? []) yield { key: entry.Key ?? '', bytes: entry.Size ?? 0 };
        }
      } catch (error) {
        throw new PlatformStorageError(error);
      }
    },
    async put({ bucket, key }, { body, contentType, kmsKeyId }, signal) {
      const isWhole = Buffer.isBuffer(body);
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: isWhole ? body : body.open(),
        ContentLength: isWhole ? body.length : body.bytes,
        ...(contentType !== undefined && { ContentType: contentType }),
        ...(kmsKeyId !== undefined && { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyId }),
      });
      try {
        await client.send(command, given(signal));
      } catch (error) {
        throw new PlatformStorageError(error);
      }
    },
    close: () => client.destroy(),
  };
}

function describe(head: { ContentLength?: number | undefined; ETag?: string | undefined; ContentType?: string | undefined }): StoredObject {
  return { bytes: head.ContentLength ?? 0, etag: (head.ETag ?? '').replaceAll('"', ''), contentType: head.ContentType ?? null };
}
