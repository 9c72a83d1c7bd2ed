// Before anything starts that needs it: the external S3 must answer as one. A container takes seconds until it does.
import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type ExternalS3, ExternalS3Error } from './external-s3.ts';
import { notAsAnS3, readText } from './read-answer.ts';
import { expectedAnswers, isDocumentOf } from './s3-answers.ts';

export interface WaitOptions {
  readonly log: Log;
  readonly timeoutMs: number;
  readonly progressMs?: number;
  readonly signal?: AbortSignal;
}

const pauseMs = 200;

/** @throws AirlockError NOT_AVAILABLE where it does not within the time, or refuses Airlock's key */
export async function waitUntilServing(s3: ExternalS3, options: WaitOptions): Promise<void> {
  const { log, timeoutMs, progressMs = 5_000, signal = new AbortController().signal } = options;
  const begunAt = performance.now();
  const waitedMs = () => Math.round(performance.now() - begunAt);
  const timeIsOver = AbortSignal.timeout(timeoutMs);
  let problem: Problem | null = null;
  const say = () =>
    log.info({ url: s3.url, waitedMs: waitedMs(), timeoutMs }, `waiting for the S3: it ${problem?.reason ?? 'has not answered'}`);
  // Also while one try takes long.
  const progress = setInterval(say, progressMs);
  try {
    for (;;) {
      const found = await problemOf(s3, { timeIsOver, signal });
      if (found === null) return;
      const isFirst = problem === null;
      // What was cut short says less than what was seen before.
      problem = found === 'timeIsOver' ? (problem ?? { reason: 'gave no whole answer', isFinal: false }) : found;
      if (problem.isFinal || timeIsOver.aborted) throw notAvailable(s3.url, problem, waitedMs());
      if (isFirst) say();
      await sleep(pauseMs, undefined, { signal });
    }
  } finally {
    clearInterval(progress);
  }
}

interface Problem {
  /** Goes after "the S3 at URL …". */
  readonly reason: string;
  /** Waiting will not help. */
  readonly isFinal: boolean;
}

interface TryLimits {
  readonly timeIsOver: AbortSignal;
  readonly signal: AbortSignal;
}

async function problemOf(s3: ExternalS3, { timeIsOver, signal }: TryLimits): Promise<Problem | 'timeIsOver' | null> {
  try {
    const answer = await s3.send({ method: 'GET', bucketName: null, signal: AbortSignal.any([timeIsOver, signal]) });
    const status = answer.statusCode ?? 0;
    const text = await readText(answer);
    if (status === 200 && isDocumentOf(text, expectedAnswers.ListBuckets.rootName)) return null;
    if (status === 401 || status === 403) {
      const code = /<Code>([^<]{1,64})<\/Code>/.exec(text)?.[1] ?? '';
      return { reason: `refused the key "test" that Airlock signs with (${[status, code].join(' ').trim()})`, isFinal: true };
    }
    return { reason: notAsAnS3(status, 'ListBuckets'), isFinal: false };
  } catch (error) {
    signal.throwIfAborted();
    if (timeIsOver.aborted) return 'timeIsOver';
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
