// The generators of a request or response. A type that is not known is an error, never ignored.
import { parseBodyPath } from './body-path.ts';
import { isJsonObject } from './exact-json.ts';
import type { Generator, Generators } from './pact.ts';
import type { PactPlace } from './pact-place.ts';
import { checkPattern } from './read-matcher.ts';

const generatorTypes: ReadonlySet<string> = new Set([
  'RandomInt',
  'RandomDecimal',
  'RandomHexadecimal',
  'RandomString',
  'RandomBoolean',
  'Regex',
  'Uuid',
  'Date',
  'Time',
  'DateTime',
  'ProviderState',
  'MockServerURL',
]);

export function readGenerators(value: unknown, place: PactPlace): Generators {
  const written = value === undefined || value === null ? {} : place.object(value);
  for (const [category, generators] of Object.entries(written)) {
    const isEmpty = isJsonObject(generators) && Object.keys(generators).length === 0;
    if (!['path', 'status', 'query', 'header', 'body'].includes(category) && !isEmpty) {
      throw place.at(category).notSupported(`there are generators for "${category}"`);
    }
  }
  return {
    path: readSingle(written.path, place.at('path')),
    status: readSingle(written.status, place.at('status')),
    query: readNamed(written.query, place.at('query')),
    header: Object.fromEntries(
      Object.entries(readNamed(written.header, place.at('header'))).map(([name, one]) => [name.toLowerCase(), one]),
    ),
    body: readBodyGenerators(written.body, place.at('body')),
  };
}

function readSingle(value: unknown, place: PactPlace): Generator | null {
  if (value === undefined || value === null) return null;
  const written = place.object(value);
  if (Object.keys(written).length === 0) return null;
  return readGenerator(Object.hasOwn(written, 'type') ? written : (written[''] ?? written.$), place);
}

function readNamed(value: unknown, place: PactPlace): Record<string, Generator> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(Object.entries(place.object(value)).map(([name, one]) => [name, readGenerator(one, place.at(name))]));
}

function readBodyGenerators(value: unknown, place: PactPlace): Record<string, Generator> {
  const generators = readNamed(value, place);
  for (const path of Object.keys(generators)) {
    try {
      parseBodyPath(path);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw place.damaged(error.message);
    }
  }
  return generators;
}

// More characters than any contract needs, fewer than would fill the memory.
const generatedCharactersMax = 1_000_000;

function readGenerator(value: unknown, place: PactPlace): Generator {
  const written = place.object(value);
  const type = place.at('type').text(written.type);
  if (!generatorTypes.has(type)) throw place.notSupported(`"${type}" is not a generator that Airlock knows`);
  if (type === 'Regex') checkPattern(place.at('regex').text(written.regex), place);
  if (type === 'ProviderState') place.at('expression').text(written.expression);
  for (const name of ['size', 'digits']) {
    if (written[name] !== undefined && place.at(name).count(written[name]) > generatedCharactersMax) {
      throw place.at(name).notSupported(`more than ${generatedCharactersMax} generated characters`);
    }
  }
  return { ...written, type };
}
