// Which format a request is in and which one its answer takes: Content-Type and Accept (RFC 9110, sections 8.3 and 12.5.1).
import { formats } from './formats.ts';
import { Refusal } from './refusal.ts';

interface MediaType {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseMediaType(text: string): MediaType {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  return {
    name: name.toLowerCase(),
    parameters: new Map(
      parameters.map((parameter) => {
        const [key = '', value = ''] = parameter.split('=');
        return [
          key.trim().toLowerCase(),
          value
            .trim()
            .replace(/^"(.*)"$/, '$1')
            .toLowerCase(),
        ];
      }),
    ),
  };
}

/** The media type of the body, one of `formats`; 415 where there is none or the text is not UTF-8. */
export function readContentType(header: string | undefined): string {
  const { name, parameters } = parseMediaType(header ?? '');
  if (!formats.has(name)) {
    throw new Refusal(415, 'UNSUPPORTED_CONTENT_TYPE', `Content-Type must be one of ${[...formats.keys()].join(', ')}.`);
  }
  if (!['utf-8', 'utf8', 'us-ascii'].includes(parameters.get('charset') ?? 'utf-8')) {
    throw new Refusal(415, 'UNSUPPORTED_CHARSET', 'The charset must be utf-8.');
  }
  return name;
}

/** The media type of the answer: the caller's first choice that exists, else the request's own; 406 where nothing fits. */
export function chooseAccept(header: string | undefined, contentType: string): string {
  if (header === undefined || header.trim() === '') return contentType;
  const ranges = header
    .split(',')
    .map((text) => {
      const { name, parameters } = parseMediaType(text);
      const quality = Number(parameters.get('q') ?? '1');
      return { name, quality: Number.isFinite(quality) ? quality : 0 };
    })
    .filter(({ name }) => name !== '');
  const refused = new Set(ranges.filter(({ quality }) => quality <= 0).map(({ name }) => name));
  const offered = [contentType, ...formats.keys()].filter((name) => !refused.has(name));
  // Array sort is stable: among equals the caller's order counts.
  for (const { name, quality } of ranges.toSorted((a, b) => b.quality - a.quality)) {
    const chosen = quality > 0 ? offered.find((candidate) => covers(name, candidate)) : undefined;
    if (chosen) return chosen;
  }
  throw new Refusal(406, 'NOT_ACCEPTABLE', `The answer can be one of ${[...formats.keys()].join(', ')}.`);
}

function covers(range: string, name: string): boolean {
  return range === '*/*' || range === name || (range.endsWith('/*') && name.startsWith(range.slice(0, -1)));
}
