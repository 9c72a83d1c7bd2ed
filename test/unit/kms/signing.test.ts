import { createHash, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { signDigest, verifyDigest } from '../../../emulator/kms/ecdsa-digest.ts';
import { createKeyMaterial } from '../../../emulator/kms/key-material.ts';
import { base64, bytesOf, createFixture, dataKey, keys, signingKey } from './kms-fixture.ts';

const { material, send } = createFixture();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const SigningAlgorithm = 'ECDSA_SHA_256';
const KeyId = signingKey.arn;
const messages = fc.uint8Array({ minLength: 1, maxLength: 4_096 });

describe('Sign', () => {
  test('a RAW signature verifies with the key of GetPublicKey, for any message', async () => {
    const { output } = await send('GetPublicKey', { KeyId });
    const publicKey = createPublicKey({ key: bytesOf(output.PublicKey), format: 'der', type: 'spki' });
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const signed = await send('Sign', { KeyId, Message: base64(message), SigningAlgorithm });
        expect(verify('sha256', message, publicKey, bytesOf(signed.output.Signature))).toBe(true);
      }),
    );
  });

  test('a DIGEST signature of the hash verifies as RAW, for any message: it is not hashed twice', async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const signed = await send('Sign', { KeyId, Message: base64(sha256(message)), MessageType: 'DIGEST', SigningAlgorithm });
        const signature = bytesOf(signed.output.Signature);
        expect(verify('sha256', message, material.signingKey(signingKey.arn).publicKey, signature)).toBe(true);
        const verified = await send('Verify', { KeyId, Message: base64(message), Signature: base64(signature), SigningAlgorithm });
        expect(verified.output).toMatchObject({ SignatureValid: true });
      }),
    );
  });

  test('a RAW signature verifies with the DIGEST of the same message', async () => {
    const signed = await send('Sign', { KeyId, Message: base64('hello'), SigningAlgorithm });
    const Message = base64(sha256(Buffer.from('hello')));
    const verified = await send('Verify', { KeyId, Message, MessageType: 'DIGEST', Signature: signed.output.Signature, SigningAlgorithm });
    expect(verified.output).toEqual({ KeyId: signingKey.arn, SignatureValid: true, SigningAlgorithm });
  });

  test('the answer names the key by ARN, however it was asked for', async () => {
    for (const name of [signingKey.keyId, signingKey.arn, 'alias/signing', 'arn:aws:kms:us-east-1:111111111111:alias/signing']) {
      const { output } = await send('Sign', { KeyId: name, Message: base64('x'), SigningAlgorithm });
      expect(output.KeyId).toBe(signingKey.arn);
    }
  });

  test('the signature is DER: 70 to 72 bytes as a rule, never more', () => {
    const { privateKey } = material.signingKey(signingKey.arn);
    for (let round = 0; round < 300; round++) {
      const signature = signDigest(privateKey, sha256(Buffer.of(round % 256, round >> 8)));
      expect(signature[0]).toBe(0x30);
      expect(signature.length).toBeLessThanOrEqual(72);
      expect(signature.length).toBe((signature[1] ?? 0) + 2);
    }
  });
});

describe('Verify', () => {
  test.each(['RAW', 'DIGEST'])(
    'an altered message or signature of type %s is KMSInvalidSignatureException without a text',
    async (MessageType) => {
      const message = sha256(Buffer.from('to be signed'));
      const signed = await send('Sign', { KeyId, Message: base64(message), MessageType, SigningAlgorithm });
      const signature = bytesOf(signed.output.Signature);
      const alteredSignature = Buffer.from(signature);
      alteredSignature.writeUInt8(alteredSignature.readUInt8(20) ^ 1, 20);
      const alteredMessage = Buffer.from(message);
      alteredMessage.writeUInt8(alteredMessage.readUInt8(0) ^ 1, 0);
      const attempts = [
        { Message: base64(message), Signature: base64(alteredSignature) },
        { Message: base64(alteredMessage), Signature: base64(signature) },
      ];
      for (const attempt of attempts) {
        const { fault } = await send('Verify', { KeyId, MessageType, SigningAlgorithm, ...attempt });
        expect(fault).toMatchObject({ status: 400, code: 'KMSInvalidSignatureException', message: '' });
      }
    },
  );

  test('no bytes that are not a signature crash it, and none verify', () => {
    const { privateKey } = material.signingKey(signingKey.arn);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => !verifyDigest(privateKey, sha256(Buffer.of(1)), Buffer.from(bytes))),
    );
  });

  test('the same signature written with s + order is another one, and does not verify', () => {
    const { privateKey, publicKey } = material.signingKey(signingKey.arn);
    const digest = sha256(Buffer.of(1));
    const signature = signDigest(privateKey, digest);
    const sStart = 4 + signature.readUInt8(3) + 2;
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const larger = (BigInt(`0x${signature.toString('hex', sStart)}`) + order).toString(16).padStart(66, '0');
    const sBytes = larger.startsWith('00') && Number.parseInt(larger.slice(2, 4), 16) > 0x7f ? larger : larger.replace(/^00/, '');
    const content = `${signature.toString('hex', 2, sStart - 2)}02${(sBytes.length / 2).toString(16).padStart(2, '0')}${sBytes}`;
    const altered = Buffer.from(`30${(content.length / 2).toString(16).padStart(2, '0')}${content}`, 'hex');
    expect(verifyDigest(privateKey, digest, signature)).toBe(true);
    expect(verifyDigest(privateKey, digest, altered)).toBe(false);
    expect(verify('sha256', Buffer.of(1), publicKey, altered)).toBe(false);
  });

  test('r or s of zero, or not below the order, never verify', () => {
    const { privateKey } = material.signingKey(signingKey.arn);
    const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
    for (const hex of [
      '3006020100020100',
      '3006020101020100',
      '3006020100020101',
      `3026022100${order}020101`,
      `3026020101022100${order}`,
    ]) {
      expect(verifyDigest(privateKey, sha256(Buffer.of(1)), Buffer.from(hex, 'hex'))).toBe(false);
    }
  });
});

describe('GetPublicKey', () => {
  test('answers 91 bytes of DER and what the key is for [M]', async () => {
    const { output } = await send('GetPublicKey', { KeyId });
    expect(bytesOf(output.PublicKey)).toHaveLength(91);
    expect(output).toMatchObject({
      KeyId: signingKey.arn,
      CustomerMasterKeySpec: 'ECC_NIST_P256',
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    });
  });

  test('of a symmetric key is UnsupportedOperationException', async () => {
    expect((await send('GetPublicKey', { KeyId: dataKey.arn })).fault).toMatchObject({
      status: 400,
      code: 'UnsupportedOperationException',
    });
  });
});

describe('key material', () => {
  test('the JWK is the public key, and its kid is the RFC 7638 thumbprint that jose computes', async () => {
    const jwk = material.publicJwk(signingKey.arn);
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) });
    expect(createPublicKey({ key: { ...jwk }, format: 'jwk' }).equals(material.signingKey(signingKey.arn).publicKey)).toBe(true);
    expect(jwk).not.toHaveProperty('d');
  });

  test('the JWKS holds signing keys only, each once', () => {
    const { keys: jwks } = material.jwks(keys);
    const signing = keys.filter(({ keySpec }) => keySpec === 'ECC_NIST_P256');
    expect(jwks.map(({ kid }) => kid)).toEqual(signing.map(({ arn }) => material.publicJwk(arn).kid));
    expect(new Set(jwks.map(({ kid }) => kid)).size).toBe(signing.length);
  });

  test('is the same at the second look and another in another Airlock', () => {
    expect(material.publicJwk(signingKey.arn)).toEqual(material.publicJwk(signingKey.arn));
    expect(createKeyMaterial().publicJwk(signingKey.arn).kid).not.toBe(material.publicJwk(signingKey.arn).kid);
  });

  test('does not show up in JSON', () => {
    expect(JSON.stringify(material.signingKey(signingKey.arn))).toBe('{"publicKey":{},"privateKey":{}}');
  });
});
