// Whether a body reads like the report of a failure, whatever its status says. A heuristic: keys and first words, never values.
import { parseJson } from '../parse-json.ts';

const errorKeys: ReadonlySet<string> = new Set([
  'error',
  'errors',
  'errormessage',
  'error_message',
  'errortype',
  'exception',
  'traceback',
  'stacktrace',
  'stack_trace',
]);
const textMarks = [/^\s*Traceback \(most recent call last\)/, /^\s*(Internal Server Error|Bad Gateway|Service Unavailable)\b/i];
/** Ours: more than this is no report of a failure. */
const bytesMax = 64 * 1024;

/** What gives it away, for findings: `the key "error"`; null: nothing does. */
export function errorMarkOf(body: Buffer): string | null {
  if (body.length === 0 || body.length > bytesMax) return null;
  const text = body.toString('utf8');
  const value = parseJson(text);
  if (value === undefined) return textMarks.some((mark) => mark.test(text)) ? 'the text of a failure' : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const key = Object.entries(value).find(([name, content]) => errorKeys.has(name.toLowerCase()) && isSaid(content))?.[0];
  return key === undefined ? null : `the key "${key}"`;
}

/** `"error": null`, `"errors": []` and `"error": false` say that there was none. */
function isSaid(content: unknown): boolean {
  if (content === null || content === undefined || content === false || content === '' || content === 0) return false;
  if (Array.isArray(content)) return content.length > 0;
  return typeof content !== 'object' || Object.keys(content).length > 0;
}
