// Stage 4: who is calling. Without any signature S3 goes on as anonymous (a bucket policy may allow it); no other service does.
import type { CredentialStore } from '../../iam/credential-store.ts';
import type { Principal } from '../../iam/principal.ts';
import { sha256Hex } from '../../iam/signing-key.ts';
import { type VerifiedSignature, verifySignature } from '../../iam/verify-signature.ts';
import { s3SkewMs, serviceSkewMs } from '../../limits.ts';
import type { AwsFault } from '../fault.ts';
import type { Dialect, SigningName } from '../service.ts';
import { signatureFault } from '../signature-faults.ts';
import type { ReceivedRequest } from './receive.ts';

export interface Caller {
  readonly principal: Principal;
  /** Null for an anonymous caller. */
  readonly signature: VerifiedSignature | null;
}

export interface AuthenticationOptions {
  readonly signingName: SigningName;
  readonly dialect: Dialect;
  /** Null for S3, whose body is verified while it streams. */
  readonly body: Buffer | null;
  readonly region: string;
  readonly credentials: CredentialStore;
}

export async function authenticate(received: ReceivedRequest, options: AuthenticationOptions): Promise<Caller | AwsFault> {
  const { signingName, dialect, body, region, credentials } = options;
  const verified = await verifySignature({
    method: received.method,
    rawUrl: received.rawUrl,
    rawHeaders: received.rawHeaders,
    bodySha256: body && sha256Hex(body),
    service: signingName,
    region,
    nowMs: received.receivedAt,
    maxSkewMs: signingName === 's3' || signingName === 'sts' ? s3SkewMs : serviceSkewMs,
    credentials,
  });
  if (verified.ok) return { principal: verified.principal, signature: verified };
  if (verified.problem.kind === 'missing' && signingName === 's3') return { principal: { kind: 'anonymous' }, signature: null };
  return signatureFault(dialect, verified.problem);
}
