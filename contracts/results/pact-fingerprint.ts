// What makes two pacts the same contract: a result counts for a fingerprint, not for a file.
import { createHash } from 'node:crypto';
import { ContractError } from '../contract-error.ts';
import { isJsonObject, parseExactJson } from '../pact/exact-json.ts';

/**
 * SHA-256, hexadecimal, of what a verification depends on: both names, the specification's version and the interactions, in any order.
 * Layout, order of keys and the versions of the Pact libraries that wrote the file do not count, nor what a broker adds (`_id`,
 * `_links`). The Pact Broker compares contents by the same parts. The text is one pact, as JSON.
 * @throws ContractError PACT_DAMAGED where it is none
 */
export function pactFingerprint(pactText: string): string {
  const pact = parse(pactText);
  const interactions = Array.isArray(pact.interactions) ? pact.interactions : [];
  const content = {
    consumer: nameOf(pact.consumer),
    provider: nameOf(pact.provider),
    specification: specificationOf(pact.metadata),
    interactions: interactions.map((interaction) => sortedJson(withoutNotes(interaction))).sort(),
  };
  return createHash('sha256').update(sortedJson(content)).digest('hex');
}

/** 1 and 1.0 are two contracts to a matcher of integers, and one number to JavaScript: numbers keep their spelling. */
function parse(text: string): Readonly<Record<string, unknown>> {
  let pact: unknown;
  try {
    pact = parseExactJson(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ContractError('PACT_DAMAGED', 'The pact is not JSON.', 'Generate the pact again (npm run contracts).', { cause });
  }
  if (!isJsonObject(pact))
    throw new ContractError('PACT_DAMAGED', 'The pact is not a JSON object.', 'Generate the pact again (npm run contracts).');
  return pact;
}

/** `_id` is the broker's, `key` and `comments` are the writing library's; none is verified. */
const notes = ['_id', 'key', 'comments'];

function withoutNotes(interaction: unknown): unknown {
  if (!isJsonObject(interaction)) return interaction;
  return Object.fromEntries(Object.entries(interaction).filter(([name]) => !notes.includes(name)));
}

/** JSON with the keys of every object in order; the order of arrays says something and stays. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    isJsonObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function nameOf(participant: unknown): string | null {
  return isJsonObject(participant) && typeof participant.name === 'string' ? participant.name : null;
}

/** Three spellings exist, by the library that wrote the file. */
function specificationOf(metadata: unknown): string | null {
  if (!isJsonObject(metadata)) return null;
  for (const found of [metadata.pactSpecification, metadata['pact-specification']])
    if (isJsonObject(found) && typeof found.version === 'string') return found.version;
  return typeof metadata.pactSpecificationVersion === 'string' ? metadata.pactSpecificationVersion : null;
}
