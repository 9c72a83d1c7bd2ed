import { describe, expect, it } from 'vitest';
import { modelError } from '../../../lambdas/request/model-error.ts';

function awsError(name: string, httpStatusCode: number | null, members: Record<string, unknown> = {}, message = 'canary arn:aws:x'): Error {
  return Object.assign(new Error(message), { name, ...(httpStatusCode !== null && { $metadata: { httpStatusCode } }), ...members });
}

// Names and statuses from the SDK model, words from public issues. [S]
const rows: readonly (readonly [name: string, error: unknown, status: number, code: string])[] = [
  ['the container says 400', awsError('ModelError', 424, { OriginalStatusCode: 400 }), 422, 'MODEL_REJECTED_REQUEST'],
  ['the container says 415', awsError('ModelError', 424, { OriginalStatusCode: 415 }), 422, 'MODEL_REJECTED_REQUEST'],
  ['the container says 404', awsError('ModelError', 424, { OriginalStatusCode: 404 }), 422, 'MODEL_REJECTED_REQUEST'],
  ['the container says 413', awsError('ModelError', 424, { OriginalStatusCode: 413 }), 413, 'REQUEST_TOO_LARGE'],
  ['the container says 408', awsError('ModelError', 424, { OriginalStatusCode: 408 }), 502, 'MODEL_UNAVAILABLE'],
  ['the container says 429', awsError('ModelError', 424, { OriginalStatusCode: 429 }), 502, 'MODEL_UNAVAILABLE'],
  ['the container says 500', awsError('ModelError', 424, { OriginalStatusCode: 500 }), 502, 'MODEL_FAILED'],
  ['the container says 503', awsError('ModelError', 424, { OriginalStatusCode: 503 }), 502, 'MODEL_FAILED'],
  ['the container redirects', awsError('ModelError', 424, { OriginalStatusCode: 302 }), 502, 'MODEL_FAILED'],
  ['no original status', awsError('ModelError', 424), 502, 'MODEL_FAILED'],
  [
    'no answer in 60 s, or a broken one: 424 with 0 [src-issue]',
    awsError('ModelError', 424, { OriginalStatusCode: 0 }),
    504,
    'MODEL_TIMED_OUT',
  ],
  [
    'a container that says "timed out" itself',
    awsError('ModelError', 424, { OriginalStatusCode: 500, OriginalMessage: 'timed out' }),
    502,
    'MODEL_FAILED',
  ],
  ['our own deadline', awsError('AbortError', null), 504, 'MODEL_TIMED_OUT'],
  ["the SDK's time-out", awsError('TimeoutError', null), 504, 'MODEL_TIMED_OUT'],
  ['not ready', awsError('ModelNotReadyException', 429), 502, 'MODEL_UNAVAILABLE'],
  ['unavailable', awsError('ServiceUnavailable', 503), 502, 'MODEL_UNAVAILABLE'],
  ['internal failure', awsError('InternalFailure', 500), 502, 'MODEL_UNAVAILABLE'],
  ['no such endpoint', awsError('ValidationError', 400, {}, 'Endpoint x of account 1 not found.'), 502, 'MODEL_UNAVAILABLE'],
  ['too large [src-issue 4271]', awsError('ValidationError', 400, {}, 'Request 1 has oversize body.'), 413, 'REQUEST_TOO_LARGE'],
  ['too large, no modelled type [src-issue 171]', awsError('Unknown', 413), 413, 'REQUEST_TOO_LARGE'],
  ['not permitted', awsError('AccessDeniedException', 403), 502, 'MODEL_UNAVAILABLE'],
  ['not reached', awsError('Error', null, { code: 'ECONNREFUSED' }), 502, 'MODEL_UNAVAILABLE'],
  ['something that is no error', 'canary', 502, 'MODEL_UNAVAILABLE'],
];

describe("the model's failure", () => {
  it.each(rows)('%s', (_name, error, status, code) => {
    const answer = modelError(error);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.message).not.toContain('canary');
    expect(answer.cause).toBe(error);
    expect(answer.headers['Retry-After']).toBe(code === 'MODEL_UNAVAILABLE' ? '5' : undefined);
  });

  it('tells a late answer and a lost one with words that are true of both: SageMaker tells them apart by words only', () => {
    for (const error of [awsError('ModelError', 424, { OriginalStatusCode: 0 }), awsError('TimeoutError', null)]) {
      expect(modelError(error).message).toBe('The model gave no complete answer: it took too long, or ended.');
    }
  });
});
