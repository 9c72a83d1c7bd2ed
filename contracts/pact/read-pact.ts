// The text of a pact file -> Pact, or an error that says what is wrong and where. The first step of everything that works with a pact.
import { ContractError } from '../contract-error.ts';
import { isJsonObject, parseExactJson } from './exact-json.ts';
import type { Interaction, Pact } from './pact.ts';
import { type PactPlace, pactPlace } from './pact-place.ts';
import { readInteraction } from './read-interaction.ts';

/** 10 MB: far beyond any contract. */
export const pactBytesMax = 10_000_000;

/**
 * @param source where the text comes from, as error messages name it: a path or a URL
 * @throws ContractError PACT_DAMAGED, or PACT_NOT_SUPPORTED for what is whole but of a kind that Airlock cannot check
 */
export function readPact(text: string, source: string): Pact {
  const place = pactPlace(source);
  if (Buffer.byteLength(text) > pactBytesMax) throw place.damaged(`it is larger than ${pactBytesMax / 1_000_000} MB`);
  const file = parse(text, place);
  if (!isJsonObject(file)) throw place.damaged('it is not a JSON object');
  const specification = readSpecification(file, place);
  refusePlugins(file, place);
  if (Array.isArray(file.messages) && file.messages.length > 0) throw place.notSupported('it describes messages, not HTTP requests');
  const list = place.at('interactions').list(file.interactions);
  if (list.length === 0) throw place.damaged('it has no interactions, so there is nothing that it could check');
  const interactions = list.map((interaction, index) =>
    readInteraction(interaction, Number(specification[0]), place.at('interactions', index)),
  );
  refuseDoubles(interactions, place);
  const participant = (role: 'consumer' | 'provider') => place.at(role, 'name').text(place.at(role).object(file[role]).name);
  return { consumer: participant('consumer'), provider: participant('provider'), specification, interactions };
}

function parse(text: string, place: PactPlace): unknown {
  try {
    return parseExactJson(text.startsWith('\uFEFF') ? text.slice(1) : text, { uniqueNames: true });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw place.damaged(`it is not JSON: ${error.message}`);
  }
}

// Pact takes a file that does not say it for version 3, and so does this.
function readSpecification(file: Readonly<Record<string, unknown>>, place: PactPlace): string {
  const metadata = isJsonObject(file.metadata) ? file.metadata : {};
  const entry = metadata.pactSpecification ?? metadata['pact-specification'] ?? metadata.pactSpecificationVersion;
  const version = (isJsonObject(entry) ? entry.version : entry) ?? '3.0.0';
  const written = typeof version === 'string' ? version : JSON.stringify(version);
  if (!/^\d+(\.\d+)*$/.test(written)) throw place.at('metadata').damaged(`the specification version ${written} is not a version`);
  const major = Number(written.split('.')[0]);
  if (major < 2 || major > 4) {
    throw new ContractError(
      'PACT_NOT_SUPPORTED',
      `${place.source} is written in version ${written} of the Pact specification.`,
      major > 4
        ? 'Airlock reads versions 2, 3 and 4. Update Airlock, or have the file written in version 4.'
        : 'Airlock reads versions 2, 3 and 4. Have the file written by a newer Pact library.',
    );
  }
  return written;
}

function refusePlugins(file: Readonly<Record<string, unknown>>, place: PactPlace): void {
  const plugins = isJsonObject(file.metadata) ? file.metadata.plugins : undefined;
  if (!Array.isArray(plugins) || plugins.length === 0) return;
  const names = plugins.map((plugin) =>
    isJsonObject(plugin) && typeof plugin.name === 'string' ? plugin.name : 'a plugin without a name',
  );
  throw place.notSupported(`it needs Pact plugins: ${names.join(', ')}`);
}

// Pact's own tools let the second replace the first without a word.
function refuseDoubles(interactions: readonly Interaction[], place: PactPlace): void {
  const seen = new Map<string, number>();
  for (const [index, { description, providerStates }] of interactions.entries()) {
    const key = JSON.stringify([description, providerStates]);
    const first = seen.get(key);
    if (first !== undefined) {
      throw place
        .at('interactions', index)
        .damaged(`the interaction "${description}" has the same description and states as interactions[${first}]`);
    }
    seen.set(key, index);
  }
}
