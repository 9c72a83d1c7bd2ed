// A place in a pact file, carried along while the file is read: every error names the file, the place and the interaction.
import { ContractError } from '../contract-error.ts';
import { isJsonObject, numberText } from './exact-json.ts';

export interface PactPlace {
  readonly source: string;
  at(...names: readonly (string | number)[]): PactPlace;
  /** The same place, with the interaction's description in its errors. */
  within(description: string): PactPlace;
  damaged(what: string): ContractError;
  notSupported(what: string): ContractError;
  object(value: unknown): Readonly<Record<string, unknown>>;
  list(value: unknown): readonly unknown[];
  text(value: unknown): string;
  /** A whole number from 0, also where it stands as text. */
  count(value: unknown): number;
}

export function pactPlace(source: string, path = '', interaction?: string): PactPlace {
  const say = (what: string) =>
    `${source}${path === '' ? '' : `, ${path}`}${interaction === undefined ? '' : ` (interaction "${interaction}")`}: ${what}.`;
  const damaged = (what: string) =>
    new ContractError('PACT_DAMAGED', say(what), 'Have the pact file written again by the consumer’s tests; do not edit it by hand.');
  const wrong = (value: unknown, wanted: string) => damaged(value === undefined ? `${wanted} is missing` : `this is not ${wanted}`);
  return {
    source,
    at(...names) {
      const longer = names.reduce<string>(
        (so, name) => (typeof name === 'number' ? `${so}[${name}]` : so === '' ? name : `${so}.${name}`),
        path,
      );
      return pactPlace(source, longer, interaction);
    },
    within: (description) => pactPlace(source, path, description),
    damaged,
    notSupported: (what) =>
      new ContractError(
        'PACT_NOT_SUPPORTED',
        say(what),
        'Airlock checks HTTP interactions with the matchers and generators of specification 2 to 4, and refuses what it cannot check.',
      ),
    object(value) {
      if (!isJsonObject(value)) throw wrong(value, 'an object');
      return value;
    },
    list(value) {
      if (!Array.isArray(value)) throw wrong(value, 'a list');
      return value;
    },
    text(value) {
      if (typeof value !== 'string' || value === '') throw wrong(value, 'a text');
      return value;
    },
    count(value) {
      const text = typeof value === 'string' ? value : (numberText(value) ?? '');
      if (!/^\d{1,9}$/.test(text)) throw wrong(value, 'a whole number from 0');
      return Number(text);
    },
  };
}
