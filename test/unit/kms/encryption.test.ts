import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64, bytesOf, createFixture, customerKey, dataKey, signingKey } from './kms-fixture.ts';

const { send } = createFixture();
const KeyId = dataKey.arn;

describe('GenerateDataKey', () => {
  test.each([
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 1 }, 1],
    [{ NumberOfBytes: 1_024 }, 1_024],
  ])('%j gives a key of %i bytes that Decrypt gives back', async (size, bytes) => {
    const { output } = await send('GenerateDataKey', { KeyId, ...size });
    expect(output.KeyId).toBe(dataKey.arn);
    expect(bytesOf(output.Plaintext)).toHaveLength(bytes);
    const decrypted = await send('Decrypt', { CiphertextBlob: output.CiphertextBlob });
    expect(decrypted.output).toEqual({ KeyId: dataKey.arn, Plaintext: output.Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  });

  test('WithoutPlaintext keeps the plaintext to itself', async () => {
    const { output } = await send('GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' });
    expect(Object.keys(output).sort()).toEqual(['CiphertextBlob', 'KeyId']);
    expect(bytesOf((await send('Decrypt', { CiphertextBlob: output.CiphertextBlob })).output.Plaintext)).toHaveLength(32);
  });

  test.each([{}, { KeySpec: 'AES_256', NumberOfBytes: 32 }])('%j: exactly one of KeySpec and NumberOfBytes', async (size) => {
    expect((await send('GenerateDataKey', { KeyId, ...size })).fault).toMatchObject({
      status: 400,
      code: 'ValidationException',
      message: 'Please specify either number of bytes or key spec.',
    });
  });

  test.each([0, 1_025])('NumberOfBytes %i is refused', async (NumberOfBytes) => {
    const { fault } = await send('GenerateDataKey', { KeyId, NumberOfBytes });
    expect(fault?.message).toContain(`Value '${NumberOfBytes}' at 'numberOfBytes' failed to satisfy constraint: Member must have value`);
  });
});

describe('Encrypt and Decrypt', () => {
  const contexts = fc.dictionary(fc.string({ minLength: 1 }), fc.string());

  test('give back any bytes under the same encryption context, in any order of its pairs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4_096 }), contexts, async (plaintext, EncryptionContext) => {
        const { output } = await send('Encrypt', { KeyId, Plaintext: base64(plaintext), EncryptionContext });
        const turned = Object.fromEntries(Object.entries(EncryptionContext).reverse());
        const decrypted = await send('Decrypt', { CiphertextBlob: output.CiphertextBlob, EncryptionContext: turned });
        expect(decrypted.output.Plaintext).toBe(base64(plaintext));
      }),
      { numRuns: 50 },
    );
  });

  test('refuse another encryption context', async () => {
    const { output } = await send('Encrypt', { KeyId, Plaintext: base64('secret'), EncryptionContext: { tenant: 'a' } });
    for (const EncryptionContext of [undefined, {}, { tenant: 'b' }, { tenant: 'a', more: '' }]) {
      const { fault } = await send('Decrypt', { CiphertextBlob: output.CiphertextBlob, EncryptionContext });
      expect(fault).toMatchObject({ status: 400, code: 'InvalidCiphertextException' });
    }
  });

  test('refuse a blob with any byte changed, and any other bytes', async () => {
    const { output } = await send('Encrypt', { KeyId, Plaintext: base64('secret') });
    const blob = bytesOf(output.CiphertextBlob);
    for (let index = 0; index < blob.length; index++) {
      const altered = Buffer.from(blob);
      altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
      const { fault } = await send('Decrypt', { CiphertextBlob: base64(altered) });
      expect(fault).not.toBeNull();
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        expect((await send('Decrypt', { CiphertextBlob: base64(bytes) })).fault?.code).toBe('InvalidCiphertextException');
      }),
    );
  });

  test('a KeyId that is not the key of the blob is IncorrectKeyException', async () => {
    const { output } = await send('Encrypt', { KeyId, Plaintext: base64('secret') });
    const { fault } = await send('Decrypt', { KeyId: customerKey.arn, CiphertextBlob: output.CiphertextBlob });
    expect(fault?.code).toBe('IncorrectKeyException');
  });

  test('4096 bytes are the most, none is too few', async () => {
    expect((await send('Encrypt', { KeyId, Plaintext: base64(Buffer.alloc(4_096)) })).fault).toBeNull();
    for (const size of [0, 4_097]) {
      expect((await send('Encrypt', { KeyId, Plaintext: base64(Buffer.alloc(size)) })).fault?.code).toBe('ValidationException');
    }
  });

  test('a signing key does not encrypt [V: text]', async () => {
    expect((await send('Encrypt', { KeyId: signingKey.arn, Plaintext: base64('x') })).fault).toMatchObject({
      code: 'InvalidKeyUsageException',
      message: `${signingKey.arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    });
  });
});
