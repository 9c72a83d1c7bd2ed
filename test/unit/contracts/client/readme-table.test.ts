import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorRows } from '../../../../contracts/client/error-codes.ts';
import { answerFailure, readFailure } from '../../../../contracts/client/read-failure.ts';

/** Of "## Errors" in the client's README: codes, statuses, whether they are repeated. */
const readme = readFileSync(new URL('../../../../contracts/client/README.md', import.meta.url), 'utf8');
const rows = readme
  .split('\n')
  .filter((line) => !/CREDENTIALS_TIMED_OUT|WAIT_TIMED_OUT/.test(line))
  .filter((line) => /^\| (?:`IdentityApiError`)? ?\|/.test(line))
  .map((line) => {
    const [, , codes = '', statuses = '', repeated = ''] = line.split('|');
    return { codes: [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code), statuses, repeated: repeated.trim() };
  });

const samples: Readonly<Record<string, readonly number[]>> = { '4xx': [405, 418], '5xx': [501, 505, 520, 599], 'below 400': [200, 304] };

const isAnswerCode = (code: string) => code === 'INVALID_ANSWER' || code === 'ANSWER_TOO_LARGE' || code === 'UNEXPECTED_REDIRECT';

describe("the table of errors in the client's README", () => {
  it('holds every code', () => {
    expect(new Set(rows.flatMap(({ codes }) => codes))).toEqual(new Set(Object.keys(errorRows)));
  });

  it('says of each code and status whether it is repeated, as the code does', () => {
    for (const { codes, statuses, repeated } of rows) {
      expect(['yes', 'no', 'with a new token, once']).toContain(repeated);
      const numbers = [...statuses.matchAll(/\d{3}|4xx|5xx|below 400/g)].flatMap(([word]) => samples[word] ?? [Number(word)]);
      for (const code of codes) {
        const headers = new Headers(code === 'QUOTA_EXCEEDED' ? { 'x-amzn-errortype': 'LimitExceededException' } : {});
        const outcomes = numbers.map((status) => {
          const answer = { operation: 'POST /request', status, headers, text: JSON.stringify({ error: { code } }) };
          return isAnswerCode(code) ? answerFailure(answer, code) : readFailure(answer, 0);
        });
        const own = outcomes.filter((failure) => failure.code === code);
        expect(own.length, code).toBeGreaterThan(0);
        for (const { status, retryable } of own) expect([code, status, retryable]).toEqual([code, status, repeated === 'yes']);
      }
    }
  });
});

describe("what the client's README says of a request that failed", () => {
  it('names every code that the worker gives up with, and no other', () => {
    const text = readFileSync(new URL('../../../../lambdas/worker/worker-errors.ts', import.meta.url), 'utf8');
    const given = [...text.matchAll(/^ {2}([A-Z_]+): ['"]/gm)].map(([, code = '']) => code);
    expect(given.length).toBeGreaterThan(10);
    const [, said = ''] = /- \*\*`error\.code` of a request that failed\*\*:([\s\S]*?)\n\n/.exec(readme) ?? [];
    const named = [...said.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code);
    // The last one is given by POST /request itself, where it had a request and nobody to hand it to.
    expect(named.sort()).toEqual([...given, 'WORKER_UNAVAILABLE'].sort());
  });
});
