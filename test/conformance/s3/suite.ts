// The one S3 suite: every case against a target, with the target's recorded differences.
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bucketCases } from './cases/buckets.ts';
import { integrityCases } from './cases/integrity.ts';
import { multipartCases } from './cases/multipart.ts';
import { multipartIntegrityCases } from './cases/multipart-integrity.ts';
import { objectCases } from './cases/objects.ts';
import { presignedCases } from './cases/presigned.ts';
import { readingCases } from './cases/reading.ts';
import { writingCases } from './cases/writing.ts';
import { differences } from './differences.ts';
import { failure, type S3Case } from './s3-case.ts';
import type { S3Target, TargetName } from './targets.ts';

export const s3Cases: readonly S3Case[] = [
  ...objectCases,
  ...integrityCases,
  ...readingCases,
  ...writingCases,
  ...bucketCases,
  ...presignedCases,
  ...multipartCases,
  ...multipartIntegrityCases,
];

/** Call it where tests are declared. The target is opened before the first case and closed after the last. */
export function runS3Suite(name: TargetName, open: () => Promise<S3Target>): void {
  describe(`S3: ${name}`, () => {
    let target: S3Target;
    beforeAll(async () => {
      target = await open();
    });
    afterAll(() => target?.close());

    for (const { id, title, source, observe, expected } of s3Cases) {
      const difference = differences.find((row) => row.case === id && row.targets.includes(name));
      it(`${id}: ${title} [${source}]${difference ? `, but: ${difference.note}` : ''}`, async () => {
        const { client } = target;
        const Bucket = `case-${randomBytes(6).toString('hex')}`;
        await client.send(new CreateBucketCommand({ Bucket }));
        const observed = await observe({ client, Bucket, url: target.url, clientWith: target.clientWith }).catch(asFailure);
        expect(observed).toEqual(difference ? difference.observed : expected);
        // A difference that is none any more has to go from the table.
        if (difference) expect(observed).not.toEqual(expected);
      });
    }
  });
}

/** What the S3 refused in the middle of a case is what was observed; any other error is the test's own. */
function asFailure(error: unknown): unknown {
  if (error instanceof S3ServiceException) return failure(Promise.reject(error));
  throw error;
}
