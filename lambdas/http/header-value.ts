// Headers of a proxy event keep the client's spelling over HTTP/1.1 and are lower case over HTTP/2.
import type { Call } from './answer-call.ts';

/** Value of a header, whatever the case of its name; null where it is absent. */
export function headerValue(headers: Call['headers'] | null, name: string): string | null {
  for (const [key, value] of Object.entries(headers ?? {})) {
    if (key.toLowerCase() === name && value !== undefined) return value;
  }
  return null;
}
