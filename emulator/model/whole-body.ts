// Between bodies in memory and bodies that stream, for a model that Airlock itself plays.
import { modelResponseBytesMax } from '../limits.ts';
import { type ModelAnswer, ModelFailure, type ModelRequest, type ModelResponse } from './model.ts';

/** An answer that is there already, as one that comes. */
export function asResponse({ body, ...head }: ModelAnswer): ModelResponse {
  return { ...head, body: onceWhole(body), [Symbol.dispose]() {} };
}

async function* onceWhole(body: Buffer): AsyncGenerator<Buffer> {
  if (body.length > 0) yield body;
}

/** @throws ModelFailure bodyBroken where it cannot be read, or is larger than what a model that Airlock plays takes: 25 MB */
export async function readRequestBody(body: ModelRequest['body']): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body.open() as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > modelResponseBytesMax) throw new RangeError(`It has more than ${modelResponseBytesMax} bytes.`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new ModelFailure('bodyBroken', 'The body of the request could not be read.', { cause });
  }
  return Buffer.concat(chunks, bytes);
}
