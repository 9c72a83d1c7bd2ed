// The buckets that Airlock has made in the external S3, and whose they are: there, all belong to the one key Airlock signs with.
// A bucket that somebody else has put there is nobody's here, and so nobody can reach it through Airlock.
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { AirlockError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Bucket } from '../../template/deployment.ts';
import type { BucketRecord, BucketStore } from '../object-store.ts';
import { type ExternalRequest, type ExternalS3, ExternalS3Error } from './external-s3.ts';
import { readAnswer } from './read-answer.ts';
import { type ExternalOperation, methodOf } from './s3-answers.ts';

export interface ExternalBuckets extends BucketStore {
  /** Makes the bucket, or takes over the one of an earlier run with what is in it. */
  adopt(name: string, ownerAccountId: string): Promise<'adopted' | 'alreadyTaken'>;
  /** All of them once more, for an S3 that has lost them. */
  makeAgain(): Promise<void>;
}

export function createExternalBuckets({ s3, region, clock }: { s3: ExternalS3; region: string; clock: Clock }): ExternalBuckets {
  const known = new Map<string, BucketRecord>();
  const register = (name: string, ownerAccountId: string) =>
    known.set(name, { name, ownerAccountId, createdAt: Math.floor(clock.now() / 1000) * 1000 });
  const call = async (operation: ExternalOperation, bucketName: string, body?: Buffer) =>
    ask(s3, operation, { bucketName, ...(body && { body: { content: body, sizeBytes: body.length } }) });
  const put = (name: string) => call('CreateBucket', name, region === 'us-east-1' ? undefined : locationConstraint(region));

  return {
    bucket: (name) => known.get(name) ?? null,
    buckets: () => [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    async adopt(name, ownerAccountId) {
      const answer = await put(name);
      if (isFault(answer) && answer.code === 'BucketAlreadyExists') return 'alreadyTaken';
      if (isFault(answer) && answer.code !== 'BucketAlreadyOwnedByYou') throw unexpected(answer);
      register(name, ownerAccountId);
      return 'adopted';
    },
    async makeAgain() {
      for (const name of known.keys()) {
        const answer = await put(name);
        if (isFault(answer) && answer.code !== 'BucketAlreadyOwnedByYou') throw unexpected(answer);
      }
    },
    async createBucket(name, ownerAccountId) {
      const owner = known.get(name)?.ownerAccountId;
      if (owner !== undefined && owner !== ownerAccountId) return 'alreadyTaken';
      const existing = await call('HeadBucket', name);
      if (!isFault(existing)) return owner === undefined ? 'alreadyTaken' : 'alreadyYours';
      if (existing.status !== 404) throw unexpected(existing);
      const made = await put(name);
      if (isFault(made)) {
        if (made.status === 409) return 'alreadyTaken';
        throw unexpected(made);
      }
      register(name, ownerAccountId);
      return 'created';
    },
    async deleteBucket(name) {
      const answer = await call('DeleteBucket', name);
      if (isFault(answer) && answer.status === 409) return 'notEmpty';
      if (isFault(answer) && answer.status !== 404) throw unexpected(answer);
      known.delete(name);
      return isFault(answer) ? 'noSuchBucket' : 'deleted';
    },
  };
}

/** One at a time, however many calls meet the loss. */
export function createBucketRestorer({ s3, buckets, log }: { s3: ExternalS3; buckets: ExternalBuckets; log: Log }) {
  let templates: readonly Bucket[] = [];
  let restoring: Promise<void> | null = null;
  const restore = async () => {
    log.warn({ url: s3.url }, 'the S3 behind Airlock has lost its buckets: they are made again, without what was in them');
    await buckets.makeAgain();
    await putStartObjects(s3, templates);
  };
  return {
    remember(given: readonly Bucket[]) {
      templates = given;
    },
    restoreBuckets(): Promise<void> {
      restoring ??= restore().finally(() => {
        restoring = null;
      });
      return restoring;
    },
  };
}

/** The buckets of the templates and the objects they start with; an object that is there stays as it is. */
export async function createTemplateBuckets(s3: ExternalS3, buckets: ExternalBuckets, templates: readonly Bucket[]): Promise<void> {
  try {
    for (const { bucketName, accountId } of templates) {
      if ((await buckets.adopt(bucketName, accountId)) === 'alreadyTaken') {
        throw new AirlockError(
          'BAD_OPTION',
          `The S3 at ${s3.url} (--s3) has a bucket "${bucketName}" of another account.`,
          'Give it another BucketName, or remove that bucket.',
        );
      }
    }
    await putStartObjects(s3, templates);
  } catch (error) {
    if (!(error instanceof ExternalS3Error)) throw error;
    throw new AirlockError(
      'NOT_AVAILABLE',
      `The S3 at ${s3.url} (--s3) ${error.message} while the buckets were made.`,
      'See its own log.',
      { cause: error },
    );
  }
}

async function putStartObjects(s3: ExternalS3, templates: readonly Bucket[]): Promise<void> {
  for (const { bucketName, localObjects } of templates) {
    for (const { key, body, contentType } of localObjects) {
      await putUnlessThere(s3, { bucketName, key, body: Buffer.from(body), contentType });
    }
  }
}

interface StartObject {
  readonly bucketName: string;
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
}

async function putUnlessThere(s3: ExternalS3, { bucketName, key, body, contentType }: StartObject): Promise<void> {
  const existing = await ask(s3, 'HeadObject', { bucketName, key });
  if (!isFault(existing)) return;
  if (existing.status !== 404) throw unexpected(existing);
  const headers = { 'content-type': contentType };
  const put = await ask(s3, 'PutObject', { bucketName, key, headers, body: { content: body, sizeBytes: body.length } });
  if (isFault(put)) throw unexpected(put);
}

async function ask(s3: ExternalS3, operation: ExternalOperation, request: Omit<ExternalRequest, 'method'>): Promise<AwsAnswer | AwsFault> {
  return readAnswer(await s3.send({ ...request, method: methodOf(operation) }), operation);
}

function unexpected({ status, code, message }: AwsFault): ExternalS3Error {
  return new ExternalS3Error(`answered ${status} ${code}: ${message}`);
}

function locationConstraint(region: string): Buffer {
  return Buffer.from(`<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`);
}
