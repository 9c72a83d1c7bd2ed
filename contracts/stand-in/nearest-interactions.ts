// Which interactions a request nearly fits.
import type { Difference } from '../pact/difference.ts';
import type { Interaction } from '../pact/pact.ts';

export interface NearInteraction {
  readonly interaction: Interaction;
  readonly differences: readonly Difference[];
}

const nearestMax = 3;

/**
 * Fewest differences first; a wrong path or method outweighs whatever may differ in a body, and a body of another kind (its type, or the
 * whole of it) outweighs values: other records in JSON are nearer to an interaction in JSON than to one in CSV.
 */
export function nearestInteractions(compared: readonly NearInteraction[]): NearInteraction[] {
  return [...compared].sort((one, other) => distance(one) - distance(other)).slice(0, nearestMax);
}

function distance({ differences }: NearInteraction): number {
  return differences.reduce((sum, difference) => sum + weightOf(difference), 0);
}

function weightOf({ part, path }: Difference): number {
  const weights = { path: 1_000_000, method: 100_000, header: 1, query: 1, body: 1, status: 1 };
  const isKind = (part === 'header' && /^(content-type|accept)$/i.test(path)) || (part === 'body' && path === '$');
  return isKind ? 1_000 : weights[part];
}
