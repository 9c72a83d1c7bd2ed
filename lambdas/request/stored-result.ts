// The model's answer in the bucket, `results/<id>`, byte for byte, with what is needed to answer the same call again.
import type { ModelAnswer } from './invoke-model.ts';
import type { ObjectHead, Objects } from './objects.ts';
import { requestError } from './request-errors.ts';
import type { Work } from './work.ts';

export interface StoredResult {
  /** Of the request that the model answered; a repetition gets the same. */
  readonly requestId: string;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
  /** Records in the request. */
  readonly records: number;
}

const writeAttemptsMax = 3;

/** No extension: the name must be known before the model has said what type it answers with. */
function resultKey(resultId: string): string {
  return `results/${resultId}`;
}

/**
 * Never overwrites. Where the object is there already it is our own first try, whose answer got lost, or the result of the same
 * request under an expired claim: then that one is the result.
 * @throws HttpError RESULT_NOT_STORED, IDEMPOTENCY_KEY_REUSED
 */
export async function storeResult(
  objects: Objects,
  { request, requestId }: Pick<Work, 'request' | 'requestId'>,
  { resultId, answer, timeoutMs }: { readonly resultId: string; readonly answer: ModelAnswer; readonly timeoutMs: number },
): Promise<StoredResult> {
  const object = {
    key: resultKey(resultId),
    body: answer.body,
    contentType: answer.contentType,
    metadata: { 'request-id': requestId, 'request-sha256': request.requestHash, records: String(request.records) },
  };
  const endsAtMs = performance.now() + timeoutMs;
  for (let attempt = 1; attempt <= writeAttemptsMax; attempt += 1) {
    const { kind } = await objects.putNew(object, endsAtMs - performance.now());
    if (kind === 'written') {
      const { key, contentType } = object;
      return { requestId, bucket: objects.bucket, key, contentType, bytes: answer.body.byteLength, records: request.records };
    }
    const existing = await findResult(objects, { resultId, requestHash: request.requestHash, timeoutMs: endsAtMs - performance.now() });
    if (existing !== null) return existing;
  }
  throw requestError('RESULT_NOT_STORED');
}

/** The result of an earlier, equal request; null where there is none. @throws HttpError IDEMPOTENCY_KEY_REUSED where it is another request's */
export async function findResult(
  objects: Objects,
  { resultId, requestHash, timeoutMs }: { readonly resultId: string; readonly requestHash: string; readonly timeoutMs: number },
): Promise<StoredResult | null> {
  const key = resultKey(resultId);
  const head = await objects.head(key, timeoutMs);
  if (head === null) return null;
  if (head.metadata['request-sha256'] !== requestHash) throw requestError('IDEMPOTENCY_KEY_REUSED');
  return { bucket: objects.bucket, key, ...describe(head) };
}

function describe({ metadata, contentType, bytes }: ObjectHead): Pick<StoredResult, 'requestId' | 'contentType' | 'bytes' | 'records'> {
  return { requestId: metadata['request-id'] ?? '', contentType, bytes, records: Number(metadata.records) };
}
