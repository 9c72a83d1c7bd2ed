// A JWT signed by KMS: the private key never leaves it. KMS signs the digest; the answer is DER and becomes r||s, as JWS wants it.
import { createHash } from 'node:crypto';
import { GetPublicKeyCommand, type GetPublicKeyCommandOutput, SignCommand, type SignCommandOutput } from '@aws-sdk/client-kms';
import { derToRawSignature } from './der-to-raw-signature.ts';
import { publicKeyId } from './public-key-id.ts';
import { TokenFunctionError } from './token-function-error.ts';

/** The claims of a token, times in seconds since 1970. */
interface TokenClaims {
  readonly iss: string;
  /** The customer's account. */
  readonly sub: string;
  /** The product code. */
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
}

/** The token in compact form. @throws TokenFunctionError SIGNING_UNAVAILABLE, SIGNING_KEY_INVALID */
export type SignToken = (claims: TokenClaims) => Promise<string>;

export interface SignerOptions {
  /** ARN of an ECC_NIST_P256 key. */
  readonly keyId: string;
  readonly sendSign: (command: SignCommand) => Promise<SignCommandOutput>;
  readonly sendGetPublicKey: (command: GetPublicKeyCommand) => Promise<GetPublicKeyCommandOutput>;
}

/** Asks for the public key once in the life of the environment: the pair of a KMS key never changes. */
export function createSigner({ keyId, sendSign, sendGetPublicKey }: SignerOptions): SignToken {
  let cachedKid: string | null = null;

  const readKid = async () => {
    const { PublicKey, KeySpec, KeyUsage } = await orUnavailable(sendGetPublicKey(new GetPublicKeyCommand({ KeyId: keyId })));
    if (KeySpec !== 'ECC_NIST_P256' || KeyUsage !== 'SIGN_VERIFY' || PublicKey === undefined)
      throw new TokenFunctionError('SIGNING_KEY_INVALID');
    return publicKeyId(PublicKey);
  };

  return async (claims) => {
    const kid = cachedKid ?? (await readKid());
    cachedKid = kid;
    const signingInput = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode(claims)}`;
    const { Signature } = await orUnavailable(
      sendSign(
        new SignCommand({
          KeyId: keyId,
          Message: createHash('sha256').update(signingInput).digest(),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      ),
    );
    const raw = derToRawSignature(Signature ?? new Uint8Array());
    if (raw === null) throw new TokenFunctionError('SIGNING_UNAVAILABLE');
    return `${signingInput}.${raw.toString('base64url')}`;
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

async function orUnavailable<Output>(call: Promise<Output>): Promise<Output> {
  try {
    return await call;
  } catch (error) {
    throw new TokenFunctionError('SIGNING_UNAVAILABLE', { cause: error });
  }
}
