// Stage 3: the whole body of a call to any service but S3. Its hash is part of the signature, so it must be here before that is checked.
import { awsBufferedBodyBytesMax, invokeEndpointBytesMax } from '../../limits.ts';
import { bodyTooLarge } from '../body-too-large.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { type AwsFault, fault } from '../fault.ts';
import type { Dialect } from '../service.ts';
import type { ReceivedRequest } from './receive.ts';

/** A body in memory, counted in the budget until it is disposed of. */
export interface HeldBody extends Disposable {
  readonly bytes: Buffer;
}

const noBody: HeldBody = { bytes: Buffer.alloc(0), [Symbol.dispose]: () => undefined };

/** A fault comes as soon as it is known; what is left of the body then waits, and answer.ts throws it away. Rejects when the client goes. */
export async function bufferBody(
  { incoming, headers, acceptBody }: ReceivedRequest,
  { budget, dialect }: { readonly budget: ByteBudget; readonly dialect: Dialect },
): Promise<HeldBody | AwsFault> {
  if (!incoming) return noBody;
  const tooLarge = () => bodyTooLarge(dialect, dialect === 'sagemaker' ? invokeEndpointBytesMax : awsBufferedBodyBytesMax);
  if (Number(headers.get('content-length') ?? 0) > awsBufferedBodyBytesMax) return tooLarge();
  acceptBody();
  const pieces: Buffer[] = [];
  let bytes = 0;
  const giveBack = () => {
    budget.giveBack(bytes);
    bytes = 0;
  };
  return await new Promise((resolve, reject) => {
    const giveUp = () => {
      incoming.off('data', collect).pause();
      pieces.length = 0;
      giveBack();
    };
    const collect = (piece: Buffer) => {
      const refusal = bytes + piece.length > awsBufferedBodyBytesMax ? tooLarge() : budget.take(piece.length) ? null : tooManyAtOnce();
      if (refusal) {
        giveUp();
        return resolve(refusal);
      }
      bytes += piece.length;
      pieces.push(piece);
    };
    incoming.on('data', collect);
    incoming.once('end', () =>
      resolve({ bytes: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces), [Symbol.dispose]: giveBack }),
    );
    incoming.once('error', (error) => {
      giveUp();
      reject(error);
    });
  });
}

/** SDKs try a 503 again. */
export function tooManyAtOnce(): AwsFault {
  return fault(503, 'ServiceUnavailable', 'Airlock holds as many bytes of other requests as it can. Please reduce your request rate.');
}
