// A pact as Pact's native part writes it -> the text that is committed: the same interactions always give the same bytes.

/** The members of a version 4 pact that are looked at here. */
export interface PactFile {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly WrittenInteraction[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface WrittenInteraction {
  readonly description: string;
  readonly providerStates?: readonly State[];
}

interface State {
  readonly name: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What Pact tells interactions apart by. */
export function interactionKey(description: string, states: readonly State[]): string {
  return JSON.stringify([description, sorted(states.map(({ name, params = {} }) => [name, params]))]);
}

/** `order`: the keys of the interactions as the tests recorded them. Throws where one is missing in the file. */
export function normalisePact({ consumer, provider, interactions, metadata }: PactFile, order: readonly string[]): string {
  const byKey = new Map(
    interactions.map((interaction) => [interactionKey(interaction.description, interaction.providerStates ?? []), interaction]),
  );
  const ordered = order.map((key) => {
    const interaction = byKey.get(key);
    if (interaction === undefined) throw new Error(`Pact has lost an interaction: ${key}`);
    return interaction;
  });
  // The versions of the library that wrote it are no part of the contract: an update of Pact alone changes nothing.
  const { pactSpecification } = metadata;
  return `${JSON.stringify(sorted({ consumer, provider, interactions: ordered, metadata: { pactSpecification } }), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
