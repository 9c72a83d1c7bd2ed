// The body of an answer as one piece of memory.
import { modelResponseBytesMax } from '../limits.ts';
import { type ModelAnswer, ModelFailure, type ModelResponse } from './model.ts';

/** @throws ModelFailure; answerTooLarge above 25 MB */
export async function readAnswer({ body, status, headers }: Pick<ModelResponse, 'status' | 'headers' | 'body'>): Promise<ModelAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > modelResponseBytesMax) {
      throw new ModelFailure('answerTooLarge', `The model's answer is larger than ${modelResponseBytesMax} bytes.`);
    }
    chunks.push(chunk);
  }
  return { status, headers, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes) };
}
