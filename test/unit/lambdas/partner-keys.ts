// The partner's signing keys in a test: real P-256 pairs, signed with as KMS signs, a digest in and DER out.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { GetPublicKeyCommandOutput, SignCommand, SignCommandOutput } from '@aws-sdk/client-kms';
import { exportJWK, type JWK, SignJWT } from 'jose';
import { signDigest } from '../../../emulator/kms/ecdsa-digest.ts';
import { publicKeyId } from '../../../lambdas/partner-token/public-key-id.ts';
import type { SignerOptions } from '../../../lambdas/partner-token/sign-token.ts';

export interface PartnerKey {
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: KeyObject;
  /** Answers of KMS, with how often each was asked. */
  readonly kms: Pick<SignerOptions, 'sendSign' | 'sendGetPublicKey'> & { readonly calls: { sign: number; getPublicKey: number } };
}

export async function createPartnerKey(): Promise<PartnerKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const kid = await publicKeyId(spki);
  const calls = { sign: 0, getPublicKey: 0 };
  return {
    kid,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' },
    kms: {
      calls,
      sendSign: async ({ input }: SignCommand): Promise<SignCommandOutput> => {
        calls.sign += 1;
        const digest = Buffer.from(input.Message ?? []);
        const asked = `${input.MessageType} ${input.SigningAlgorithm} ${digest.length}`;
        if (asked !== 'DIGEST ECDSA_SHA_256 32') throw new Error(`KMS was asked for ${asked}`);
        return { $metadata: {}, Signature: new Uint8Array(signDigest(privateKey, digest)) };
      },
      sendGetPublicKey: async (): Promise<GetPublicKeyCommandOutput> => {
        calls.getPublicKey += 1;
        return { $metadata: {}, PublicKey: new Uint8Array(spki), KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
      },
    },
  };
}

/** A token as the partner makes it, with whatever is to be wrong about it. */
export async function mintToken(
  key: Pick<PartnerKey, 'privateKey' | 'kid'>,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: key.kid, ...header }).sign(key.privateKey);
}
