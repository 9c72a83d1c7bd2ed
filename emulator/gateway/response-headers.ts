// Which of a function's headers reach the client, and under which name.
import { validateHeaderName, validateHeaderValue } from 'node:http';

type Header = readonly [name: string, value: string];

/**
 * Source: AWS "API Gateway important notes", header table [S]; Content-Length remapped in the HTTP_PROXY recording.
 * x-amzn-Remapped-<Name>, with the function's spelling.
 */
const remapped = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);

/** Same table; and the three the service sets itself. [M for these] */
const removed = new Set([
  'expect',
  'host',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-amz-apigw-id',
  'x-amzn-requestid',
  'x-amzn-trace-id',
]);

/** Null where a name or value cannot be sent, e.g. one with a line end: AWS's answer to that is a 502. [M] */
export function responseHeaders(headers: readonly Header[]): readonly Header[] | null {
  const sent: Header[] = [];
  for (const [name, text] of headers) {
    const lowerName = name.toLowerCase();
    if (removed.has(lowerName)) continue;
    const target = remapped.has(lowerName) ? `x-amzn-Remapped-${name}` : name;
    const value = utf8OnTheWire(text);
    if (!isSendable(target, value)) return null;
    sent.push([target, value]);
  }
  return sent;
}

/** Node writes headers as latin1; this makes the bytes those of UTF-8. */
function utf8OnTheWire(text: string): string {
  return /^[\x20-\x7e\t]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
