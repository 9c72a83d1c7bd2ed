// Percent-encoding as SigV4 defines it: everything but A-Z a-z 0-9 - . _ ~ becomes %XX in upper case.

const unreservedOnly = /^[A-Za-z0-9\-._~]*$/;
const unreservedOrSlashOnly = /^[A-Za-z0-9\-._~/]*$/;

/** Each byte's encoded form; one table that keeps `/`, one that does not. */
const encoded = buildTable('');
const encodedKeepingSlash = buildTable('/');

/** Encodes the UTF-8 bytes of a text, `%` too. */
export function percentEncode(text: string, options: { readonly keepSlash: boolean }): string {
  if ((options.keepSlash ? unreservedOrSlashOnly : unreservedOnly).test(text)) return text;
  return encodeBytes(Buffer.from(text), options.keepSlash);
}

/** Decodes once and encodes again: text that is already encoded stays, what a client left bare is encoded. Total: `%zz` becomes `%25zz`. */
export function percentReencode(text: string, options: { readonly keepSlash: boolean }): string {
  if ((options.keepSlash ? unreservedOrSlashOnly : unreservedOnly).test(text)) return text;
  return encodeBytes(decodeToBytes(text), options.keepSlash);
}

/** Decodes once. `+` stays `+`: SDKs send %20 for a space, and the signature is checked over the same reading. */
export function percentDecode(text: string): string {
  return text.includes('%') ? decodeToBytes(text).toString() : text;
}

function encodeBytes(bytes: Buffer, keepSlash: boolean): string {
  const table = keepSlash ? encodedKeepingSlash : encoded;
  let result = '';
  for (const byte of bytes) result += table[byte];
  return result;
}

function decodeToBytes(text: string): Buffer {
  const source = Buffer.from(text);
  const target = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let index = 0; index < source.length; index++) {
    let byte = source[index] as number;
    if (byte === 0x25) {
      const high = hexDigit(source[index + 1]);
      const low = hexDigit(source[index + 2]);
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        index += 2;
      }
    }
    target[length++] = byte;
  }
  return target.subarray(0, length);
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lowerCase = code | 0x20;
  return lowerCase >= 0x61 && lowerCase <= 0x66 ? lowerCase - 0x61 + 10 : -1;
}

function buildTable(alsoKept: string): readonly string[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9\-._~]/.test(character) || character === alsoKept
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
