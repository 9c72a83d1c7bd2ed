// The token between calls: fetched when there is none, shared by calls at the same time, renewed in the background before it ends.
import { orAbort } from './abortable.ts';
import { isPartnerRefusal } from './identity-api-error.ts';
import type { InitAnswer } from './read-answers.ts';

export interface TokenKeeperOptions {
  /** One /init, with its repetitions unless `once`; it has a limit of time. */
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
  /** The kept token as long as it is good, at once; near its end another is fetched meanwhile, whose failure no call sees. */
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
  /** A single attempt, in the background. */
  readonly isRenewal: boolean;
  waiting: number;
}

/** Between a renewal that failed and the next, so that a busy application does not ask with every request. */
const renewPauseMs = 1_000;

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

  const start = (isRenewal: boolean): Flight => {
    const controller = new AbortController();
    const answer = fetchToken({ once: isRenewal, signal: controller.signal }).then((issued) => {
      keep(issued);
      return issued;
    });
    // The keeper itself waits for a renewal, so that the abort of a call that joins it does not end it.
    const flight: Flight = { answer, controller, isRenewal, waiting: isRenewal ? 1 : 0 };
    const land = () => {
      if (current === flight) current = null;
    };
    // Also where nobody waits any more; whoever waits gets the error from `answer`.
    answer.then(land, land);
    current = flight;
    return flight;
  };

  const renew = (old: KeptToken) => {
    start(true).answer.catch((error: unknown) => {
      if (kept !== old) return;
      // Everything but the partner's own word may be mended until the token ends: also credentials that could not be had.
      kept = isPartnerRefusal(error) ? null : { ...old, renewAtMs: now() + renewPauseMs };
    });
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

  const fetchNew = async (signal: AbortSignal): Promise<TokenInHand> => {
    if (current?.isRenewal === true) {
      try {
        const { token } = await join(current, signal);
        return { token, isNew: true };
      } catch (error) {
        signal.throwIfAborted();
        // The renewal had one attempt. This call, which has no token to go on with, gets all of its own.
        if (isPartnerRefusal(error)) throw error;
      }
    }
    const { token } = await join(current ?? start(false), signal);
    return { token, isNew: true };
  };

  return {
    fetch: (signal) => join(start(false), signal),

    async take(signal) {
      signal.throwIfAborted();
      const held = kept;
      if (held === null || now() >= held.endsAtMs) return fetchNew(signal);
      if (now() >= held.renewAtMs && current === null) renew(held);
      return { token: held.token, isNew: false };
    },

    async replace(refused, signal) {
      if (kept !== null && kept.token !== refused && now() < kept.endsAtMs) return { token: kept.token, isNew: false };
      kept = null;
      return fetchNew(signal);
    },

    forget(refused) {
      if (kept?.token === refused) kept = null;
    },
  };
}
