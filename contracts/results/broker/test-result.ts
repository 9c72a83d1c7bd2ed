// One interaction of a result, in the form in which Pact's Rust verifier publishes it ("testResults, which support arbitrary json", says
// the broker's documentation): what differs by attribute and place, and where there was no answer, why.
import { contractExitCodes } from '../../contract-error.ts';
import { isJsonObject } from '../../pact/exact-json.ts';
import type { RecordedInteraction } from '../result-records.ts';

interface PublishedMismatch {
  readonly attribute?: string;
  /** The path in a body, the name of a header. */
  readonly identifier?: string;
  readonly description: string;
}

/** `pact`: as the broker serves it, with an `_id` in each interaction. */
export function testResult(
  { description, providerStates, ok, mismatches: recorded }: RecordedInteraction,
  pact: Readonly<Record<string, unknown>>,
): object {
  const id = interactionId(pact, description, providerStates);
  // A code in place of a mismatch: see recordVerification.
  const isCode = (text: string) => Object.hasOwn(contractExitCodes, text);
  const mismatches = recorded.filter((each) => !isCode(each)).map(mismatchOf);
  const exceptions = recorded.filter(isCode).map((message) => ({ message }));
  return {
    ...(id !== null && { interactionId: id }),
    interactionDescription: description,
    success: ok,
    ...(mismatches.length > 0 && { mismatches }),
    ...(exceptions.length > 0 && { exceptions }),
  };
}

/** From a line of mismatchWithoutValues: `body $.token: missing`, `header x-a: …`, `status: …`. */
function mismatchOf(line: string): PublishedMismatch {
  const [, attribute, identifier] = /^(status|header|body|path|method|query)(?: ([^:]+))?: /.exec(line) ?? [];
  if (attribute === undefined) return { description: line };
  const place = identifier ?? (attribute === 'body' ? '$' : undefined);
  return { attribute, ...(place !== undefined && { identifier: place }), description: line };
}

/** An interaction is known by its description and its states, together. */
function interactionId(pact: Readonly<Record<string, unknown>>, description: string, providerStates: readonly string[]): string | null {
  for (const interaction of Array.isArray(pact.interactions) ? pact.interactions.filter(isJsonObject) : []) {
    const { providerStates: several, providerState: single } = interaction;
    const states = Array.isArray(several)
      ? several.map((state: unknown) => (isJsonObject(state) ? state.name : null))
      : typeof single === 'string' && single !== ''
        ? [single]
        : [];
    const isIt = interaction.description === description && JSON.stringify(states) === JSON.stringify(providerStates);
    if (isIt && typeof interaction._id === 'string') return interaction._id;
  }
  return null;
}
