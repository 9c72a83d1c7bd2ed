// A contract that answers: the stand-in for a provider that only its published pact is known of. No network here; the emulator serves it.
import type { Difference } from '../pact/difference.ts';
import { generateResponse } from '../pact/generate-response.ts';
import { type ActualRequest, matchRequest } from '../pact/match-request.ts';
import type { Interaction, Pact } from '../pact/pact.ts';
import { seededRandom } from '../pact/seeded-random.ts';
import { type NearInteraction, nearestInteractions } from './nearest-interactions.ts';
import { noneFitsBody } from './none-fits-body.ts';

export interface StandInContext {
  /** Names of the provider states that are set now; none is fine. */
  readonly activeStates: ReadonlySet<string>;
  /** ms since 1970. */
  readonly now: () => number;
  /** For the pact's ProviderState generators. */
  readonly values: Readonly<Record<string, unknown>>;
}

export type StandInAnswer =
  | {
      readonly kind: 'answered';
      readonly interaction: Interaction;
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly body: Buffer;
    }
  | {
      readonly kind: 'noneFits';
      /** Up to three, the nearest first. */
      readonly nearest: readonly NearInteraction[];
      /** JSON that tells a developer what differs; it repeats nothing of the request. */
      readonly body: Buffer;
    };

export interface StandIn {
  answer(request: ActualRequest, context: StandInContext): StandInAnswer;
}

export function createStandIn(pact: Pact): StandIn {
  return {
    answer(request, context) {
      const compared = pact.interactions.map((interaction) => ({ interaction, differences: matchRequest(interaction.request, request) }));
      const interaction = choose(fitting(compared), context.activeStates);
      if (interaction === undefined) {
        const nearest = nearestInteractions(compared);
        return { kind: 'noneFits', nearest, body: noneFitsBody(pact, nearest) };
      }
      const random = seededRandom(seedOf(request, interaction));
      const { now, values } = context;
      return { kind: 'answered', interaction, ...generateResponse(interaction.response, { random, now, values }) };
    },
  };
}

function fitting(compared: readonly { readonly interaction: Interaction; readonly differences: readonly Difference[] }[]): Interaction[] {
  return compared.filter(({ differences }) => differences.length === 0).map(({ interaction }) => interaction);
}

// First what the states ask for, then what goes well, then what is there at all; in the order of the file.
function choose(interactions: readonly Interaction[], activeStates: ReadonlySet<string>): Interaction | undefined {
  const isActive = ({ providerStates }: Interaction) =>
    providerStates.length > 0 && providerStates.every(({ name }) => activeStates.has(name));
  return interactions.find(isActive) ?? interactions.find(goesWell) ?? interactions[0];
}

// A Lambda that threw answers 200, with this header.
function goesWell({ response }: Interaction): boolean {
  return response.status < 400 && !Object.keys(response.headers).some((name) => name.toLowerCase() === 'x-amz-function-error');
}

function seedOf({ method, path, query, body }: ActualRequest, { description }: Interaction): Buffer {
  return Buffer.concat([Buffer.from(JSON.stringify([method, path, query, description])), body]);
}
