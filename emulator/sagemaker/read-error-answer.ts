// An answer outside 2xx: as much of its body as the messages of ModelError can hold. The container is not listened to any longer.
import { type ModelAnswer, ModelFailure, type ModelResponse } from '../model/model.ts';
import { errorMessageLengthMax } from './header-limits.ts';

/** What the messages of ModelError can hold, in UTF-8. */
const errorBodyBytesMax = 4 * errorMessageLengthMax;

export interface ErrorAnswer extends ModelAnswer {
  /** False where it broke off, or did not end in time. */
  readonly isWhole: boolean;
}

/**
 * Its status counts, whatever becomes of its body.
 * @throws ModelFailure aborted
 */
export async function readErrorAnswer({
  status,
  headers,
  body,
  nearestInteraction,
}: Omit<ModelResponse, keyof Disposable>): Promise<ErrorAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isWhole = true;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > errorBodyBytesMax) break;
    }
  } catch (error) {
    if (!(error instanceof ModelFailure) || error.reason === 'aborted') throw error;
    isWhole = false;
  }
  const start = Buffer.concat(chunks, bytes).subarray(0, errorBodyBytesMax);
  return { status, headers, body: start, isWhole, ...(nearestInteraction !== undefined && { nearestInteraction }) };
}
