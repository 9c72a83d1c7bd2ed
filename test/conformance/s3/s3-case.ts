// One promise of S3: what a real client observes, and what it should. Run against every S3 there is here (targets.ts).
import type { S3Client, S3ClientConfig, S3ServiceException } from '@aws-sdk/client-s3';

export interface CaseContext {
  readonly client: S3Client;
  /** Fresh and empty. */
  readonly Bucket: string;
  readonly url: string;
  /** The same caller with another configuration. */
  clientWith(config: S3ClientConfig): S3Client;
}

export interface S3Case {
  /** Numbers are those of the list of conformance cases; others say what they are about. */
  readonly id: string;
  readonly title: string;
  /** V recorded against AWS, I quoted from AWS in an issue, D documented, G versitygw, M measured with the client. */
  readonly source: string;
  /** A plain value, the same at every run. */
  observe(context: CaseContext): Promise<unknown>;
  /** May hold matchers. */
  readonly expected: unknown;
}

/** The error of a call, as the SDK names it, with the details asked for; null where the call succeeded. */
export function failure(call: Promise<unknown>, ...details: readonly string[]): Promise<Record<string, unknown> | null> {
  return call.then(
    () => null,
    (error: S3ServiceException) => ({
      name: error.name,
      status: error.$metadata?.httpStatusCode,
      ...Object.fromEntries(details.map((name) => [name, (error as unknown as Record<string, unknown>)[name]])),
    }),
  );
}

export async function textOf(answer: { readonly Body?: { transformToString(): Promise<string> } | undefined }): Promise<string> {
  return (await answer.Body?.transformToString()) ?? '';
}

export async function bytesOf(answer: { readonly Body?: { transformToByteArray(): Promise<Uint8Array> } | undefined }): Promise<Buffer> {
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}
