// The system headers that S3 keeps with an object and gives back, and the response-* overrides of a signed GET.
import type { AwsFault } from '../aws/fault.ts';
import { faults } from './faults.ts';

/** Lower-case name on the request -> name on the answer. */
const names: Readonly<Record<string, string>> = {
  'content-type': 'Content-Type',
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
};

/** Without a type it is binary/octet-stream; `aws-chunked` is framing and is not kept. */
export function storedHeadersOf(headers: ReadonlyMap<string, string>): Record<string, string> {
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of Object.keys(names)) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers.get(name)) : headers.get(name);
    if (value !== undefined && value !== '') stored[name] = value;
  }
  return stored;
}

/** The answer's headers, with response-content-type and the like of the query in their place. */
export function answerHeaders(
  stored: Readonly<Record<string, string>>,
  query: ReadonlyMap<string, string>,
  isAnonymous: boolean,
): Record<string, string> | AwsFault {
  const answer: Record<string, string> = {};
  for (const [name, answerName] of Object.entries(names)) {
    const override = query.get(`response-${name}`);
    if (override !== undefined && isAnonymous) {
      return faults.invalidRequest('Request specific response headers cannot be used for anonymous GET requests.'); // [M]
    }
    if (override !== undefined && !/^[\t\x20-\x7e\xa0-\xff]*$/.test(override)) {
      // Also what keeps a line break out of the answer's head. [M]
      return faults.invalidArgument('Header value cannot be represented using ISO-8859-1.', `response-${name}`, override);
    }
    const value = override ?? stored[name];
    if (value !== undefined) answer[answerName] = value;
  }
  return answer;
}

function withoutAwsChunked(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',');
}
