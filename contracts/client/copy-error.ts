// What a failure of the network is told as. The errors of fetch hold what was read and not understood (`data` of undici's parser errors),
// which a server that repeats the request fills with the token and the records.
import type { PreparedCall } from './exchange.ts';

const depthMax = 4;
const messageLengthMax = 200;

/**
 * An error of the same name, message, code and cause (four deep at most), and with nothing else: no other member, no stack.
 * In the messages, words that were sent in `call` are "…", unless they are words of its URL.
 */
export function copyError(error: unknown, call: PreparedCall | null): Error {
  return copy(error, wordFilter(call), 1);
}

function copy(error: unknown, hideSent: (text: string) => string, depth: number): Error {
  const { name, message, code, cause, errors } = toObject(error);
  const text = typeof message === 'string' ? message : 'What was thrown is not an Error.';
  // One for each address that was tried; the first says enough.
  const inner = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  const copied = new Error(
    hideSent(text).slice(0, messageLengthMax),
    inner !== undefined && inner !== null && depth < depthMax ? { cause: copy(inner, hideSent, depth + 1) } : {},
  );
  copied.name = typeof name === 'string' && /^[A-Za-z]{1,64}$/.test(name) ? hideSent(name) : 'Error';
  copied.stack = `${copied.name}: ${copied.message}`;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? Object.assign(copied, { code: hideSent(code) }) : copied;
}

function toObject(error: unknown): Readonly<Record<string, unknown>> {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
}

function wordFilter(call: PreparedCall | null): (text: string) => string {
  if (call === null) return (text) => text;
  const body = typeof call.body === 'string' ? call.body : Buffer.from(call.body ?? '').toString('utf8');
  const sent = `${Object.values(call.headers).join('\n')}\n${body}`.toLowerCase();
  const url = call.url.toLowerCase();
  const hide = (word: string) => (sent.includes(word.toLowerCase()) && !url.includes(word.toLowerCase()) ? '…' : word);
  return (text) => text.replaceAll(/[\p{L}\p{N}]{3,}/gu, hide);
}
