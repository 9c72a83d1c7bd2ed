// The token between calls: fetched when there is none, shared by calls at the same time, renewed before it ends.
import { orAbort } from './abortable.ts';
import { IdentityApiError } from './identity-api-error.ts';
import { IdentityNetworkError } from './identity-network-error.ts';
import type { InitAnswer } from './read-answers.ts';

export interface TokenKeeperOptions {
  /** One /init, with its repetitions unless `once`. */
  readonly fetchToken: (options: { readonly once: boolean; readonly signal: AbortSignal }) => Promise<InitAnswer>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly renewBeforeMs: number;
}

export interface TokenInHand {
  readonly token: string;
  /** Fetched for this very call: if it is refused another one would be too. */
  readonly isNew: boolean;
}

export interface TokenKeeper {
  /** Asks anew, whatever is kept. */
  fetch(signal: AbortSignal): Promise<InitAnswer>;
  take(signal: AbortSignal): Promise<TokenInHand>;
  /** After the API refused this token. Does not ask again where another call has done so already. */
  replace(refused: string, signal: AbortSignal): Promise<TokenInHand>;
  forget(refused: string): void;
}

interface KeptToken {
  readonly token: string;
  readonly renewAtMs: number;
  readonly endsAtMs: number;
}

/** An /init on its way. It goes on as long as anyone waits for it: one caller's abort must not take the token from the others. */
interface Flight {
  readonly answer: Promise<InitAnswer>;
  readonly controller: AbortController;
  waiting: number;
}

export function createTokenKeeper({ fetchToken, now, renewBeforeMs }: TokenKeeperOptions): TokenKeeper {
  let kept: KeptToken | null = null;
  let current: Flight | null = null;

  const keep = ({ token, expiresAt }: InitAnswer) => {
    const endsAtMs = Date.parse(expiresAt);
    const lifetimeMs = endsAtMs - now();
    // A token that lives shorter than that, because the subscription is about to end, is used for half of its life.
    const beforeMs = lifetimeMs > renewBeforeMs ? renewBeforeMs : lifetimeMs / 2;
    kept = { token, renewAtMs: endsAtMs - beforeMs, endsAtMs };
  };

  const start = (once: boolean): Flight => {
    const controller = new AbortController();
    const answer = fetchToken({ once, signal: controller.signal }).then((issued) => {
      keep(issued);
      return issued;
    });
    const flight: Flight = { answer, controller, waiting: 0 };
    const land = () => {
      if (current === flight) current = null;
    };
    // Also where nobody waits any more; whoever waits gets the error from `answer`.
    answer.then(land, land);
    current = flight;
    return flight;
  };

  const join = async (flight: Flight, signal: AbortSignal): Promise<InitAnswer> => {
    flight.waiting += 1;
    try {
      return await orAbort(flight.answer, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        if (current === flight) current = null;
        flight.controller.abort();
      }
    }
  };

  const fetchNew = async (once: boolean, signal: AbortSignal): Promise<TokenInHand> => {
    const { token } = await join(current ?? start(once), signal);
    return { token, isNew: true };
  };

  return {
    fetch: (signal) => join(start(false), signal),

    async take(signal) {
      const held = kept;
      if (held === null || now() >= held.endsAtMs) return fetchNew(false, signal);
      if (now() < held.renewAtMs) return { token: held.token, isNew: false };
      try {
        return await fetchNew(true, signal);
      } catch (error) {
        signal.throwIfAborted();
        // The old token is still good, and there is time to try again; a refusal, on the other hand, is the partner's word.
        if (mayBeMended(error) && now() < held.endsAtMs) return { token: held.token, isNew: false };
        throw error;
      }
    },

    async replace(refused, signal) {
      if (kept !== null && kept.token !== refused && now() < kept.endsAtMs) return { token: kept.token, isNew: false };
      kept = null;
      return fetchNew(false, signal);
    },

    forget(refused) {
      if (kept?.token === refused) kept = null;
    },
  };
}

function mayBeMended(error: unknown): boolean {
  return (error instanceof IdentityApiError || error instanceof IdentityNetworkError) && error.retryable;
}
