// CiphertextBlob: names its key, so that Decrypt needs no KeyId, and binds the encryption context. AES-256-GCM; the layout is ours, AWS's is opaque.
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

export type EncryptionContext = Readonly<Record<string, string>>;

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** version (1), length of the ARN (2), ARN, IV (12), tag (16), encrypted bytes. Everything in front of the IV is authenticated too. */
export function encrypt(wrappingKey: KeyObject, keyArn: string, plaintext: Buffer, context: EncryptionContext): Buffer {
  const header = encodeHeader(keyArn);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([header, canonicalContext(context)]));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), encrypted]);
}

/** The ARN a blob says it was made with, not yet authenticated; null for what is no blob of ours. */
export function keyArnOf(blob: Buffer): string | null {
  if (blob[0] !== version || blob.length < 3) return null;
  const keyArn = blob.subarray(3, 3 + blob.readUInt16BE(1)).toString('utf8');
  return blob.length >= encodeHeader(keyArn).length + ivBytes + tagBytes ? keyArn : null;
}

/** Null where key, context or bytes are not those of the encryption: GCM cannot tell which, and neither does KMS. */
export function decrypt(wrappingKey: KeyObject, blob: Buffer, context: EncryptionContext): Buffer | null {
  const keyArn = keyArnOf(blob);
  if (keyArn === null) return null;
  const header = encodeHeader(keyArn);
  const ivEnd = header.length + ivBytes;
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, blob.subarray(header.length, ivEnd), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.concat([header, canonicalContext(context)]));
  decipher.setAuthTag(blob.subarray(ivEnd, ivEnd + tagBytes));
  const plaintext = decipher.update(blob.subarray(ivEnd + tagBytes));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch (error) {
    // Node has no code for a failed tag, only this message; anything else is our bug.
    if (error instanceof Error && error.message.includes('unable to authenticate data')) return null;
    throw error;
  }
}

function encodeHeader(keyArn: string): Buffer {
  const arn = Buffer.from(keyArn, 'utf8');
  const start = Buffer.alloc(3);
  start.writeUInt8(version, 0);
  start.writeUInt16BE(arn.length, 1);
  return Buffer.concat([start, arn]);
}

/** The order of the pairs does not count. Source: KMS developer guide, "Encryption context". */
function canonicalContext(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.from(JSON.stringify(pairs), 'utf8');
}
