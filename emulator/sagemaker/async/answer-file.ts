// The container's answer on its way to S3: in a temporary file, so that only a whole answer becomes an object, with its length known.
import { open } from 'node:fs/promises';
import { ModelFailure, type ModelResponse } from '../../model/model.ts';
import { payloadBytesMax } from './async-limits.ts';

/** Bytes written. Rejects with ModelFailure where the answer breaks off or is too large, or with what the disk says. */
export async function writeAnswer({ body }: Pick<ModelResponse, 'body'>, path: string, bytesMax = payloadBytesMax): Promise<number> {
  await using file = await open(path, 'w');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ModelFailure('answerTooLarge', `The model's answer is larger than ${bytesMax} bytes.`);
    // One chunk may be written in several turns.
    for (let written = 0; written < chunk.length; ) written += (await file.write(chunk, written)).bytesWritten;
  }
  return bytes;
}
