// The result's multipart upload. Parts have a fixed size, so that after a death the numbers that are there need not be written again.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { deadline } from '../aws/deadline.ts';
import { nameOf, statusOf } from '../aws/error-label.ts';
import type { NewObject } from '../request/objects.ts';

export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

export interface UploadedPart {
  readonly etag: string;
  readonly bytes: number;
}

/** `lost`: an object is there already. `gone`: there is no such upload, it was completed or aborted. */
export type CompleteOutcome = 'written' | 'lost' | 'gone';

/** Where nothing else is said, they reject with the SDK's error. */
export interface Multipart {
  createUpload(object: Omit<NewObject, 'body'>, timeoutMs: number): Promise<string>;
  /** By number, from 1; null where there is no such upload. */
  listParts(upload: Upload, timeoutMs: () => number): Promise<Map<number, UploadedPart> | null>;
  /** Its ETag; null where there is no such upload. */
  uploadPart(upload: Upload & { readonly number: number; readonly body: Uint8Array }, timeoutMs: number): Promise<string | null>;
  /** ETags of the parts 1, 2, …; only where nothing is yet (If-None-Match: *). */
  completeUpload(upload: Upload & { readonly etags: readonly string[] }, timeoutMs: number): Promise<CompleteOutcome>;
  /** Also where there is none. */
  abortUpload(upload: Upload, timeoutMs: number): Promise<void>;
}

export function createMultipart({ bucket, client }: { readonly bucket: string; readonly client: Pick<S3Client, 'send'> }): Multipart {
  const named = ({ key, uploadId }: Upload) => ({ Bucket: bucket, Key: key, UploadId: uploadId });
  return {
    async createUpload({ key, contentType, metadata }, timeoutMs) {
      const command = new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
        ...(metadata && { Metadata: metadata }),
      });
      const { UploadId } = await client.send(command, deadline(timeoutMs));
      if (UploadId === undefined) throw new TypeError('S3 gave no UploadId');
      return UploadId;
    },
    async listParts(upload, timeoutMs) {
      const parts = new Map<number, UploadedPart>();
      let marker: string | undefined;
      do {
        let page: ListPartsCommandOutput;
        try {
          const command = new ListPartsCommand({ ...named(upload), ...(marker !== undefined && { PartNumberMarker: marker }) });
          page = await client.send(command, deadline(timeoutMs()));
        } catch (error) {
          return nullIfGone(error);
        }
        for (const { PartNumber, ETag, Size } of page.Parts ?? []) {
          if (PartNumber !== undefined && ETag !== undefined) parts.set(PartNumber, { etag: ETag, bytes: Size ?? 0 });
        }
        marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (marker !== undefined);
      return parts;
    },
    async uploadPart({ number, body, ...upload }, timeoutMs) {
      try {
        const { ETag } = await client.send(
          new UploadPartCommand({ ...named(upload), PartNumber: number, Body: body }),
          deadline(timeoutMs),
        );
        return ETag ?? '';
      } catch (error) {
        return nullIfGone(error);
      }
    },
    async completeUpload({ etags, ...upload }, timeoutMs) {
      const Parts = etags.map((ETag, index) => ({ PartNumber: index + 1, ETag }));
      const command = new CompleteMultipartUploadCommand({ ...named(upload), MultipartUpload: { Parts }, IfNoneMatch: '*' });
      try {
        await client.send(command, deadline(timeoutMs));
        return 'written';
      } catch (error) {
        if (nameOf(error) === 'NoSuchUpload') return 'gone';
        if (['PreconditionFailed', 'ConditionalRequestConflict'].includes(nameOf(error)) || statusOf(error) === 412) return 'lost';
        throw error;
      }
    },
    async abortUpload(upload, timeoutMs) {
      try {
        await client.send(new AbortMultipartUploadCommand(named(upload)), deadline(timeoutMs));
      } catch (error) {
        nullIfGone(error);
      }
    },
  };
}

function nullIfGone(error: unknown): null {
  if (nameOf(error) === 'NoSuchUpload') return null;
  throw error;
}
