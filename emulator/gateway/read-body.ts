// Reads a request's body up to API Gateway's limit. Beyond it the rest is thrown away, so that the client can read the answer.
import type { IncomingMessage } from 'node:http';
import { apiPayloadBytesMax } from '../limits.ts';
import { discardedBodyBytesMax } from './gateway-limits.ts';

const noBody = Buffer.alloc(0);

export type BodyRead = { readonly kind: 'read'; readonly body: Buffer } | { readonly kind: 'tooLarge' } | { readonly kind: 'clientGone' };

/** Never rejects. `tooLarge` comes as soon as it is known, from Content-Length or from the bytes. */
export function readBody(request: IncomingMessage): Promise<BodyRead> {
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = request.headers;
  if (transferEncoding === undefined && (length === undefined || length === '0')) {
    // Also bytes that were never announced (an injected request) have to be taken in.
    request.resume();
    return Promise.resolve({ kind: 'read', body: noBody });
  }
  if (Number(length) > apiPayloadBytesMax) {
    discard(request);
    return Promise.resolve({ kind: 'tooLarge' });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', function collect(chunk: Buffer) {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= apiPayloadBytesMax) return;
      chunks.length = 0;
      request.off('data', collect);
      discard(request);
      resolve({ kind: 'tooLarge' });
    });
    request.on('end', () => resolve({ kind: 'read', body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }));
    request.on('error', () => resolve({ kind: 'clientGone' }));
    request.on('close', () => resolve({ kind: 'clientGone' }));
  });
}

function discard(request: IncomingMessage): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardedBodyBytesMax) request.destroy();
  });
  request.on('error', () => request.destroy());
}
