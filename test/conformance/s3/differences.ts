// Where an S3 does not do what S3 is recorded or documented to do. The suite asserts each difference, so that it is known when it goes.
import { expect } from 'vitest';
import type { TargetName } from './targets.ts';

export interface S3Difference {
  /** The id of the case. */
  readonly case: string;
  readonly targets: readonly TargetName[];
  /** What is observed instead. */
  readonly observed: unknown;
  /** Which of them is right, and how we know; what it means for who uses it. */
  readonly note: string;
}

const everyLocalStack = ['localstack', 'airlock in front of localstack'] as const;

/** LocalStack 4.14.0. */
export const differences: readonly S3Difference[] = [
  {
    case: 'key "//"',
    targets: ['localstack'],
    observed: { name: 'InternalError', status: 500 },
    note: 'LocalStack takes a key of slashes only for the bucket itself: PUT fails, DELETE deletes the bucket. S3 stores it: keys are opaque [D]. Airlock sends it with %2F',
  },
  {
    case: 'key "/"',
    targets: ['localstack'],
    observed: { name: 'InternalError', status: 500 },
    note: 'as the key `//`',
  },
  {
    case: 'key "\\u0001\\r\\n\\t"',
    targets: everyLocalStack,
    observed: { same: true, ContentLength: 50, listed: ['\u0001\n\t'], left: 0 },
    note: 'LocalStack writes a carriage return into its XML bare, so that a client reads a line feed; S3 writes a reference',
  },
  {
    case: '31',
    targets: ['localstack'],
    observed: null,
    note: 'LocalStack has no limit of user metadata; S3 has 2 KB [D]. Airlock in front of it refuses as S3 does',
  },
  {
    case: 'range other unit',
    targets: everyLocalStack,
    observed: [206, 'bytes 0-1/10', '01'],
    note: 'LocalStack takes any unit for bytes; S3 ignores the header [V]',
  },
  {
    case: 'copy of "//"',
    targets: ['localstack'],
    observed: { name: 'InternalError', status: 500 },
    note: 'as the key `//`',
  },
  {
    case: 'delete If-Match',
    targets: everyLocalStack,
    observed: [{ name: 'NotImplemented', status: 501 }, null, { name: 'NotImplemented', status: 501 }],
    note: 'LocalStack has no conditional deletion; S3 has since 2025 [D]',
  },
  {
    case: '43',
    targets: everyLocalStack,
    observed: { deleted: [' b&<', 'a', 'missing', 'ü/\n'], quiet: [], errors: [], left: 0 },
    note: 'LocalStack deletes it, and answers with the carriage return bare, as in a listing',
  },
  {
    case: '43 number',
    targets: ['localstack'],
    observed: null,
    note: 'LocalStack takes any number of keys; S3 at most 1,000 [D]. Airlock in front of it refuses as S3 does',
  },
  {
    case: '43 ETag',
    targets: ['localstack'],
    observed: [[], 0],
    note: 'LocalStack does not look at the ETag and deletes; S3 refuses [D]',
  },
  {
    case: '43 ETag',
    targets: ['airlock in front of localstack', 'airlock in front of airlock'],
    observed: ['NotImplemented', 1],
    note: 'Airlock asks another S3 for no deletion by ETag, because LocalStack would delete',
  },
  {
    case: 'order',
    targets: everyLocalStack,
    observed: { name: 'InternalError', status: 500 },
    note: 'LocalStack fails on a continuation after a key outside ASCII; S3 lists it [V for order and consistency]',
  },
  {
    case: '55',
    targets: everyLocalStack,
    observed: ['a%20b', 'a%2Bb'],
    note: 'LocalStack encodes a blank as %20, AWS was measured to answer + [I backlot #178]; SDKs decode both',
  },
  {
    case: '56',
    targets: everyLocalStack,
    observed: {
      name: 'InternalError',
      status: 500,
      message: expect.stringMatching(/^exception while calling s3.ListObjectsV2: Invalid base64/),
    },
    note: 'LocalStack fails on a token that is no base64; S3 answers InvalidArgument [V]',
  },
  {
    case: '43 control',
    targets: ['localstack'],
    observed: { name: 'InternalError', status: 500 },
    note: "LocalStack's XML parser fails over the whole request; S3 reads such references. Airlock deletes these keys one by one",
  },
  {
    case: 'presigned metadata "a\\r\\nb"',
    targets: ['localstack'],
    observed: 500,
    note: 'LocalStack fails on line breaks in metadata. Airlock sends them as RFC 2047',
  },
  ...['a b', 'ü'].map((name) => ({
    case: `presigned metadata name ${JSON.stringify(name)}`,
    targets: ['localstack' as const],
    observed: 'no answer',
    note: 'LocalStack stores it, and cannot answer any more for the object. Airlock in front of it refuses',
  })),
  {
    case: 'presigned storage class',
    targets: ['localstack'],
    observed: [500, 404],
    note: 'LocalStack fails. Airlock in front of it refuses',
  },
  {
    case: 'presigned checksum',
    targets: ['localstack'],
    observed: [200, undefined, undefined],
    note: 'LocalStack does not look at checksums in the query; S3 refuses the body. Airlock in front of it refuses as S3 does',
  },
  {
    case: 'complete twice',
    targets: everyLocalStack,
    observed: { name: 'NoSuchUpload', status: 404 },
    note: 'LocalStack knows nothing of an upload that has ended; S3 repeats its answer for a while [M]. Who retries has to look at the object',
  },
  {
    case: 'complete If-None-Match',
    targets: everyLocalStack,
    observed: [{ name: 'PreconditionFailed', status: 412, Condition: 'If-None-Match' }, null, { name: 'PreconditionFailed', status: 412 }],
    note: 'LocalStack completes although the key was deleted after the upload began; S3 answers 409 [V]',
  },
];
