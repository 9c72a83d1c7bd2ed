// Stage 3: the whole body of a call to any service but S3. Its hash is part of the signature, so it must be here before that is checked.
import { awsBufferedBodyBytesMax } from '../../limits.ts';
import { type AwsFault, fault } from '../fault.ts';
import type { ReceivedRequest } from './receive.ts';

const emptyBody = Buffer.alloc(0);

/** Rejects when the client goes away in the middle. */
export async function bufferBody({ incoming, headers, acceptBody }: ReceivedRequest): Promise<Buffer | AwsFault> {
  if (!incoming) return emptyBody;
  if (Number(headers.get('content-length') ?? 0) > awsBufferedBodyBytesMax) return tooLarge();
  acceptBody();
  const pieces: Buffer[] = [];
  let bytes = 0;
  return await new Promise((resolve, reject) => {
    incoming.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > awsBufferedBodyBytesMax) resolve(tooLarge());
      else pieces.push(piece);
    });
    incoming.once('end', () => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)));
    incoming.once('error', reject);
  });
}

function tooLarge(): AwsFault {
  return fault(
    413,
    'RequestEntityTooLargeException',
    `The body is larger than ${awsBufferedBodyBytesMax} bytes, the most that Airlock holds.`,
  );
}
