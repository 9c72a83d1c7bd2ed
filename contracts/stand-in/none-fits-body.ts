// What a stand-in answers where no interaction fits: the nearest ones, and what differs.
import type { Difference } from '../pact/difference.ts';
import type { Pact } from '../pact/pact.ts';
import type { NearInteraction } from './nearest-interactions.ts';

// A page of differences helps nobody.
const differencesMax = 10;

/** `{ error: { code: "NO_INTERACTION_FITS", message, nearest: [{ description, states, differences: [sentence] }] } }` */
export function noneFitsBody({ consumer, provider }: Pact, nearest: readonly NearInteraction[]): Buffer {
  const message = `No interaction of the contract between ${consumer} and ${provider} fits this request.`;
  const near = nearest.map(({ interaction, differences }) => ({
    description: interaction.description,
    states: interaction.providerStates.map(({ name }) => name),
    differences: [
      ...differences.slice(0, differencesMax).map(describeDifference),
      ...(differences.length > differencesMax ? [`and ${differences.length - differencesMax} more`] : []),
    ],
  }));
  return Buffer.from(JSON.stringify({ error: { code: 'NO_INTERACTION_FITS', message, nearest: near } }));
}

export function describeDifference({ part, path, message }: Difference): string {
  return `${part}${path === '' ? '' : ` ${path}`}: ${message}`;
}
