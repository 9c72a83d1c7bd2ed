// Passes a body on and compares its SHA-256 with the announced one at the end.
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { AwsFaultError } from './fault.ts';
import { contentSha256Mismatch } from './signature-faults.ts';

/** Destroys itself with XAmzContentSHA256Mismatch before it ends when the hash is another one. */
export function createHashedBody(claimedSha256: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      const computed = hash.digest('hex');
      done(computed === claimedSha256 ? null : new AwsFaultError(contentSha256Mismatch(claimedSha256, computed)));
    },
  });
}
