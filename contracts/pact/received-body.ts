// The body of a request or response as it came: decoded and parsed once, however many interactions it is compared with.
import { type ContentType, guessContentType } from './content-type.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { parseExactJson } from './exact-json.ts';

export interface ReceivedBody {
  readonly bytes: Buffer;
  /** Undefined where the bytes are not UTF-8. */
  text(): string | undefined;
  /** Undefined where it is no JSON. */
  json(): { readonly value: unknown } | undefined;
  /** What it looks like, where no header says it. */
  guessedType(): ContentType;
}

export function receivedBody(bytes: Buffer): ReceivedBody {
  const text = once(() => decodeUtf8(bytes));
  return {
    bytes,
    text,
    json: once(() => parseJson(text())),
    guessedType: once(() => guessContentType(text() ?? '')),
  };
}

function parseJson(text: string | undefined): { readonly value: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    return { value: parseExactJson(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
