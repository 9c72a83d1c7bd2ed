// What a body's first bytes say it is, for the contentType matcher. Pact asks a large data base; these are the kinds that Airlock can tell.
import { guessContentType, showContentType } from './content-type.ts';
import { decodeUtf8 } from './decode-utf8.ts';

const signatures: readonly { readonly kind: string; readonly hex: string }[] = [
  { kind: 'image/png', hex: '89504e470d0a1a0a' },
  { kind: 'image/jpeg', hex: 'ffd8ff' },
  { kind: 'image/gif', hex: '474946' },
  { kind: 'image/bmp', hex: '424d' },
  { kind: 'application/pdf', hex: '25504446' },
  { kind: 'application/gzip', hex: '1f8b08' },
  { kind: 'application/zip', hex: '504b0304' },
];
const textKinds: ReadonlySet<string> = new Set(['text/plain', 'application/json', 'text/html']);

// Everything that is neither text nor one of these.
const anyBytes = 'application/octet-stream';

export function isSupportedBinaryKind(kind: string): boolean {
  return kind === anyBytes || textKinds.has(kind) || signatures.some((signature) => signature.kind === kind);
}

function binaryKind(bytes: Buffer): string {
  const found = signatures.find(({ hex }) => bytes.subarray(0, hex.length / 2).toString('hex') === hex);
  if (found !== undefined) return found.kind;
  const text = decodeUtf8(bytes);
  if (text === undefined || isControlled(text)) return anyBytes;
  return showContentType(guessContentType(text, 32));
}

/** Pact takes text for plain text first and then looks at how it begins: both answers count. */
export function hasBinaryKind(bytes: Buffer, kind: string): boolean {
  return binaryKind(bytes) === kind || (kind === 'text/plain' && isPlainText(bytes));
}

function isPlainText(bytes: Buffer): boolean {
  const text = decodeUtf8(bytes);
  return text !== undefined && text !== '' && !isControlled(text);
}

// Control characters that no text file has.
function isControlled(text: string): boolean {
  return [...text].some((character) => character < ' ' && !'\b\t\n\f\r\u001b'.includes(character));
}
