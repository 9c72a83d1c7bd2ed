// What is said, in log and trace, of a request that no interaction of a contract fits: kinds and places of what differs, never a value of it.
import type { NearInteraction } from '../../contracts/stand-in/nearest-interactions.ts';
import { describeDifference } from '../../contracts/stand-in/none-fits-body.ts';

/** Ours: a log line that can be read. */
const differencesMax = 5;

export interface NearestInteraction {
  /** Its description; null where the contract has none. */
  readonly nearestInteraction: string | null;
  readonly differs: readonly string[];
}

export function describeNearest([nearest]: readonly NearInteraction[]): NearestInteraction {
  if (nearest === undefined) return { nearestInteraction: null, differs: [] };
  const { interaction, differences } = nearest;
  const more = differences.length - differencesMax;
  return {
    nearestInteraction: interaction.description,
    differs: [...differences.slice(0, differencesMax).map(describeDifference), ...(more > 0 ? [`and ${more} more`] : [])],
  };
}
