// A contract that answers: the stand-in for a provider that only its published pact is known of. No network here; the emulator serves it.
import { generateResponse } from '../pact/generate-response.ts';
import type { ActualRequest } from '../pact/match-request.ts';
import type { Interaction, Pact } from '../pact/pact.ts';
import { seededRandom } from '../pact/seeded-random.ts';
import { boundedRun } from './bounded-run.ts';
import { findInteractions } from './find-interactions.ts';
import { type NearInteraction, nearestInteractions } from './nearest-interactions.ts';
import { noneFitsBody } from './none-fits-body.ts';
import { threadTurns } from './turns.ts';

export interface StandInContext {
  /** Names of the provider states that are set now; none is fine. */
  readonly activeStates: ReadonlySet<string>;
  /** ms since 1970. */
  readonly now: () => number;
  /** For the pact's ProviderState generators. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the caller: nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
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
  /** Takes its turn on the thread, and then the time limit at most. Rejects with the signal's reason where that is aborted before. */
  answer(request: ActualRequest, context: StandInContext): Promise<StandInAnswer>;
}

/** Ours: for comparing and generating together. By 25 MB, the largest body, an honest contract takes a fifth of it (measured). */
const answerMs = 1_000;
const answerMsPerMegabyte = 200;

export function createStandIn(pact: Pact): StandIn {
  return {
    answer(request, context) {
      return threadTurns.take(() => boundedAnswer(pact, request, context), context.signal);
    },
  };
}

function boundedAnswer(pact: Pact, request: ActualRequest, context: StandInContext): StandInAnswer {
  let reached: Interaction | undefined;
  const limitMs = answerMs + Math.ceil((answerMsPerMegabyte * request.body.length) / 1_000_000);
  const work = () =>
    answer(pact, request, context, (interaction) => {
      reached = interaction;
    });
  const run = boundedRun(work, limitMs);
  if (run.kind === 'done') return run.value;
  const message = `took more than ${limitMs} ms and was broken off: a regular expression of this interaction may be of the kind that never ends`;
  const nearest = reached === undefined ? [] : [{ interaction: reached, differences: [{ part: 'body', path: '', message }] as const }];
  return { kind: 'noneFits', nearest, body: noneFitsBody(pact, nearest) };
}

function answer(
  pact: Pact,
  request: ActualRequest,
  context: StandInContext,
  onInteraction: (interaction: Interaction) => void,
): StandInAnswer {
  const found = findInteractions(pact.interactions, request, onInteraction);
  const interaction = found.kind === 'fitting' ? choose(found.interactions, context.activeStates) : undefined;
  if (interaction === undefined) {
    const nearest = nearestInteractions(found.kind === 'none' ? found.compared : []);
    return { kind: 'noneFits', nearest, body: noneFitsBody(pact, nearest) };
  }
  onInteraction(interaction);
  const random = seededRandom(seedOf(request, interaction));
  // Whole seconds: moments in an answer are those of now, and two requests at once must not differ by a millisecond.
  const now = Math.floor(context.now() / 1_000) * 1_000;
  return { kind: 'answered', interaction, ...generateResponse(interaction.response, { random, now: () => now, values: context.values }) };
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
