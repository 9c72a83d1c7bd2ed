// Which interactions of a contract a request fits, at the least cost; and, only where none fits, how near each is.
import type { Difference } from '../pact/difference.ts';
import { type ActualRequest, matchHead, matchRequestBody } from '../pact/match-request.ts';
import type { Interaction } from '../pact/pact.ts';
import { type ReceivedBody, receivedBody } from '../pact/received-body.ts';
import type { NearInteraction } from './nearest-interactions.ts';

/** Ours: bytes of bodies that are compared to their end, only to say how near an interaction is; then the first difference has to do. */
const detailBytesMax = 1_000_000;

export type FoundInteractions =
  | { readonly kind: 'fitting'; readonly interactions: readonly Interaction[] }
  /** Every interaction, in the contract's order. */
  | { readonly kind: 'none'; readonly compared: readonly NearInteraction[] };

/** `onInteraction` is told before each one is looked at: so it is known where it was broken off. */
export function findInteractions(
  interactions: readonly Interaction[],
  request: ActualRequest,
  onInteraction: (interaction: Interaction) => void,
): FoundInteractions {
  const body = receivedBody(request.body);
  const looked = interactions.map((interaction) => {
    onInteraction(interaction);
    const head = matchHead(interaction.request, request);
    return { interaction, head, first: head.length > 0 ? [] : matchRequestBody(interaction.request, request.headers, body, 1) };
  });
  const fitting = looked.filter(({ head, first }) => head.length === 0 && first.length === 0);
  if (fitting.length > 0) return { kind: 'fitting', interactions: fitting.map(({ interaction }) => interaction) };
  let detailBytes = 0;
  const compared = looked.map(({ interaction, head, first }): NearInteraction => {
    onInteraction(interaction);
    // Another path or method is never the nearest for its body.
    if (head.some(({ part }) => part === 'path' || part === 'method')) return { interaction, differences: head };
    if (detailBytes + request.body.length > detailBytesMax) {
      const note = first.length > 0 ? [...first, onlyFirst(request.body)] : head.length > 0 ? [...head, notCompared(request.body)] : head;
      return { interaction, differences: note };
    }
    detailBytes += request.body.length;
    return { interaction, differences: [...head, ...detail(interaction, request, body)] };
  });
  return { kind: 'none', compared };
}

function detail({ request: expected }: Interaction, { headers }: ActualRequest, body: ReceivedBody): Difference[] {
  return matchRequestBody(expected, headers, body);
}

function onlyFirst({ length }: Buffer): Difference {
  return { part: 'body', path: '', message: `only the first difference is named, as the body has ${length} bytes` };
}

function notCompared({ length }: Buffer): Difference {
  return { part: 'body', path: '', message: `not compared, as it has ${length} bytes` };
}
