// The body of a request or response in a pact file -> ExpectedBody.
import { guessContentType, isBinary, isJson, isUnknown, parseContentType, showContentType, unknownContentType } from './content-type.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { jsonText, parseExactJson } from './exact-json.ts';
import type { ExpectedBody } from './pact.ts';
import type { PactPlace } from './pact-place.ts';

export interface BodySource {
  /** The request or response that may have a member `body`. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly specificationMajor: number;
  readonly place: PactPlace;
}

const bodyMembers: ReadonlySet<string> = new Set(['content', 'contentType', 'contentTypeHint', 'encoded']);

export function readBody(source: BodySource): ExpectedBody | null {
  const { message, place } = source;
  if (!Object.hasOwn(message, 'body')) return null;
  if (message.body === null) return { kind: 'empty' };
  return source.specificationMajor >= 4 ? readBodyV4(place.object(message.body), source) : readBodyV3(message.body, source);
}

function readBodyV4(body: Readonly<Record<string, unknown>>, { headers, place }: BodySource): ExpectedBody | null {
  if (!Object.hasOwn(body, 'content')) {
    if (Object.keys(body).every((name) => bodyMembers.has(name))) return null;
    throw place.damaged('the body has no member "content"');
  }
  const { content, encoded } = body;
  if (content === null || content === '') return { kind: 'empty' };
  const declared = body.contentType === undefined ? headerContentType(headers) : place.at('contentType').text(body.contentType);
  const type = declared === undefined ? undefined : parseContentType(declared);
  if (declared !== undefined && type === undefined) throw place.damaged(`"${declared}" is not a content type`);
  if (typeof encoded === 'string' && encoded.toLowerCase() === 'base64') {
    const bytes = decodeBase64(place.at('content').text(content), place.at('content'));
    return ofBytes(bytes, type === undefined ? undefined : showContentType(type));
  }
  if (encoded !== undefined && encoded !== null && encoded !== false && encoded !== 'json') {
    throw place.notSupported(`the body is encoded as ${JSON.stringify(encoded)}`);
  }
  // "json" says that the content is the JSON text itself.
  if (type !== undefined && isJson(type) && encoded !== 'json') return { kind: 'json', contentType: showContentType(type), value: content };
  return ofBytes(Buffer.from(jsonText(content)), type === undefined ? undefined : showContentType(type));
}

function readBodyV3(body: unknown, { headers }: BodySource): ExpectedBody {
  if (body === '') return { kind: 'empty' };
  const declared = headerContentType(headers);
  const header = declared === undefined ? undefined : parseContentType(declared);
  if (typeof body !== 'string') {
    const type = header ?? guessContentType(JSON.stringify(body));
    return isJson(type)
      ? { kind: 'json', contentType: showContentType(type), value: body }
      : ofBytes(Buffer.from(JSON.stringify(body)), showContentType(type));
  }
  const type = header ?? guessContentType(body);
  if (isJson(type)) {
    // A JSON string may stand in the file with or without its own quotes.
    const value = parsed(body);
    return { kind: 'json', contentType: showContentType(type), value: isTextOrObject(value) ? value : body };
  }
  if (isBinary(type) && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body)) {
    return ofBytes(Buffer.from(body, 'base64'), showContentType(type));
  }
  return ofBytes(Buffer.from(body), showContentType(type));
}

function isTextOrObject(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function ofBytes(bytes: Buffer, declared: string | undefined): ExpectedBody {
  if (bytes.length === 0) return { kind: 'empty' };
  const text = decodeUtf8(bytes);
  const contentType = declared ?? showContentType(text === undefined ? unknownContentType : guessContentType(text, 32));
  const type = parseContentType(contentType) ?? unknownContentType;
  if (text !== undefined && isJson(type)) {
    const value = parsed(text);
    // What is called JSON and is none (application/jsonlines!) stays text: it can be served, but Pact will match no request with it.
    return value === undefined ? { kind: 'text', contentType, text } : { kind: 'json', contentType, value };
  }
  if (text === undefined || (isBinary(type) && !isUnknown(type))) return { kind: 'bytes', contentType, bytes };
  return { kind: 'text', contentType, text };
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function headerContentType(headers: Readonly<Record<string, readonly string[]>>): string | undefined {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return header?.[1][0];
}

function decodeBase64(text: string, place: PactPlace): Buffer {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw place.damaged('this is not base64');
  return Buffer.from(text, 'base64');
}
