// Before anything starts that needs it: the external S3 must answer as one. A container takes seconds until it does.
import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type ExternalS3, ExternalS3Error } from './external-s3.ts';
import { readText } from './read-answer.ts';

export interface WaitOptions {
  readonly log: Log;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const pauseMs = 200;
const progressMs = 5_000;

/** @throws AirlockError NOT_AVAILABLE where it does not within the time, or refuses Airlock's key */
export async function waitUntilServing(s3: ExternalS3, { log, timeoutMs, signal }: WaitOptions): Promise<void> {
  const begunAt = performance.now();
  let saidAt = begunAt;
  for (;;) {
    const problem = await problemOf(s3, signal);
    if (problem === null) return;
    signal?.throwIfAborted();
    const now = performance.now();
    if (problem.isFinal || now - begunAt >= timeoutMs) throw notAvailable(s3.url, problem, Math.round(now - begunAt));
    if (now - saidAt >= progressMs || saidAt === begunAt) {
      log.info({ url: s3.url, waitedMs: Math.round(now - begunAt), timeoutMs }, `waiting for the S3: it ${problem.reason}`);
      saidAt = now;
    }
    await sleep(pauseMs, undefined, signal && { signal });
  }
}

interface Problem {
  /** Goes after "the S3 at URL …". */
  readonly reason: string;
  /** Waiting will not help. */
  readonly isFinal: boolean;
}

async function problemOf(s3: ExternalS3, signal: AbortSignal | undefined): Promise<Problem | null> {
  try {
    const answer = await s3.send({ method: 'GET', bucketName: null, ...(signal && { signal }) });
    const status = answer.statusCode ?? 0;
    const text = await readText(answer);
    if (status === 200 && text.includes('ListAllMyBucketsResult')) return null;
    if (status === 401 || status === 403) {
      const code = /<Code>([^<]{1,64})<\/Code>/.exec(text)?.[1] ?? '';
      return { reason: `refused the key "test" that Airlock signs with (${[status, code].join(' ').trim()})`, isFinal: true };
    }
    return { reason: `answered ${status} to ListBuckets, not as an S3 does`, isFinal: false };
  } catch (error) {
    if (error instanceof ExternalS3Error) return { reason: error.message, isFinal: false };
    throw error;
  }
}

function notAvailable(url: string, { reason, isFinal }: Problem, waitedMs: number): AirlockError {
  return isFinal
    ? new AirlockError(
        'NOT_AVAILABLE',
        `The S3 at ${url} (--s3) ${reason}.`,
        'Name an S3 that takes the key test with the secret test, as LocalStack does, or leave --s3 out.',
      )
    : new AirlockError(
        'NOT_AVAILABLE',
        `The S3 at ${url} (--s3) ${reason}; waited ${waitedMs} ms.`,
        'Start it first (docker compose up localstack), check the address, or leave --s3 out for the embedded one.',
      );
}
