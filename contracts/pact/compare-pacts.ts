// What a new version of a contract means for a provider that fulfils the old one.
import { compareRequests } from './compare-requests.ts';
import { compareResponses } from './compare-responses.ts';
import type { Interaction, Pact } from './pact.ts';

export interface Change {
  /** breaking: a provider that fulfils the old contract may not fulfil the new one. */
  readonly effect: 'breaking' | 'compatible';
  /** The description, with the states where several interactions have it. */
  readonly interaction: string;
  /** One sentence without a full stop. */
  readonly what: string;
}

/** A change without its interaction. */
export type ChangeInside = Omit<Change, 'interaction'>;

export function comparePacts(before: Pact, after: Pact): Change[] {
  const name = interactionNames([before, after]);
  const changes: Change[] = [];
  const rest = [...before.interactions];
  const added: Interaction[] = [];
  for (const interaction of after.interactions) {
    const partner = take(rest, (other) => keyOf(other) === keyOf(interaction));
    if (partner === undefined) added.push(interaction);
    else changes.push(...compareInteractions(partner, interaction).map((change) => ({ ...change, interaction: name(interaction) })));
  }
  for (const interaction of added) {
    // The same description, and nothing else left that has it: the states are what changed.
    const isAlone = [rest, added].every((list) => list.filter(({ description }) => description === interaction.description).length <= 1);
    const partner = isAlone ? take(rest, ({ description }) => description === interaction.description) : undefined;
    const inside: ChangeInside[] =
      partner === undefined
        ? [{ effect: 'breaking', what: 'is a new interaction' }]
        : [{ effect: 'breaking', what: `now needs ${describeStates(interaction)}` }, ...compareInteractions(partner, interaction)];
    changes.push(...inside.map((change) => ({ ...change, interaction: name(interaction) })));
  }
  changes.push(
    ...rest.map(
      (interaction): Change => ({ effect: 'compatible', interaction: name(interaction), what: 'is no longer part of the contract' }),
    ),
  );
  return changes;
}

function compareInteractions(before: Interaction, after: Interaction): ChangeInside[] {
  return [
    ...comparePending(before, after),
    ...compareRequests(before.request, after.request),
    ...compareResponses(before.response, after.response),
  ];
}

function comparePending({ pending: before }: Interaction, { pending: after }: Interaction): ChangeInside[] {
  if (before === after) return [];
  return [
    after ? { effect: 'compatible', what: 'is now pending' } : { effect: 'breaking', what: 'is no longer pending, so it now counts' },
  ];
}

function keyOf({ description, providerStates }: Interaction): string {
  return JSON.stringify([description, providerStates]);
}

function take(list: Interaction[], fits: (interaction: Interaction) => boolean): Interaction | undefined {
  const index = list.findIndex(fits);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}

function describeStates({ providerStates }: Interaction): string {
  if (providerStates.length === 0) return 'no provider state';
  const states = providerStates.map(
    ({ name, params }) => `"${name}"${Object.keys(params).length > 0 ? ` with ${JSON.stringify(params)}` : ''}`,
  );
  return `the provider ${states.length === 1 ? 'state' : 'states'} ${states.join(', ')}`;
}

function interactionNames(pacts: readonly Pact[]): (interaction: Interaction) => string {
  const isAmbiguous = (description: string) =>
    pacts.some(({ interactions }) => interactions.filter((one) => one.description === description).length > 1);
  return (interaction) =>
    isAmbiguous(interaction.description) ? `${interaction.description} (${describeStates(interaction)})` : interaction.description;
}
