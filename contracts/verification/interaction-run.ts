// One interaction while it is verified: its states are set, one request goes to the provider, and what went wrong is kept.
import { ContractError } from '../contract-error.ts';
import type { StateChange } from '../provider-states.ts';
import { functionFailure } from './function-failure.ts';
import { checkNeeds, type NeededValue } from './needed-values.ts';
import type { ProviderAnswer, ProviderRequest, SendToProvider, SetProviderState } from './provider.ts';
import { checkUnpackedSize } from './unpacked-size.ts';

export interface InteractionRunOptions {
  readonly send: SendToProvider;
  readonly setState: SetProviderState;
  /** What the request takes from its states. */
  readonly needs: readonly NeededValue[];
  /** For each state change and for the answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface InteractionRun {
  /** Rejects with a ContractError. */
  changeState(change: StateChange): Promise<Record<string, unknown>>;
  /** Once; rejects with a ContractError. */
  request(request: Omit<ProviderRequest, 'stateValues' | 'signal'>): Promise<ProviderAnswer>;
  /** Takes back the states that Pact's verifier has left: it does so where a setup fails. */
  end(): Promise<void>;
  /** Keeps what went wrong, in one of these or on the way to them. */
  fail(error: unknown): void;
  /** The first thing that went wrong; anything but a ContractError is a bug of ours. */
  readonly problem: unknown;
  /** How many requests were answered by the provider. */
  readonly answered: number;
  /** The provider, or what sets its states, said nothing for as long as it may take. */
  readonly timedOut: boolean;
  /** What the provider's function says of its own failure; null where it does not. */
  readonly remark: string | null;
}

/** Who has given up, or has waited in vain before, does not wait long for what is put right behind them. */
const shortTeardownMs = 2_000;

export function startInteractionRun({ send, setState, needs, timeoutMs, signal }: InteractionRunOptions): InteractionRun {
  const stateValues: Record<string, unknown> = {};
  const standing = new Map<string, StateChange>();
  let problem: unknown = null;
  let asked = false;
  let answered = 0;
  let timedOut = false;
  let stateTimedOut = false;
  let remark: string | null = null;
  const seconds = timeoutMs / 1_000;

  const changeState = async (change: StateChange, limitMs: number, limitSignal: AbortSignal) => {
    const setup = change.action === 'setup';
    // Before the call: a setup that fails half-way is taken back too.
    if (setup) standing.set(change.state, change);
    const late = () => {
      timedOut = true;
      stateTimedOut = true;
      return new ContractError(
        'STATE_NOT_SET',
        `The state "${change.state}" was not ${setup ? 'set' : 'taken back'} within ${limitMs / 1_000} s.`,
        'Look at what sets the states, or give it more time with --timeout.',
      );
    };
    const values = await within(limitMs, limitSignal, late, (limit) => setState(change, limit));
    if (setup) Object.assign(stateValues, values);
    else standing.delete(change.state);
    return values;
  };

  const limitOf = ({ action }: StateChange) =>
    action === 'teardown' && (signal.aborted || stateTimedOut) ? Math.min(timeoutMs, shortTeardownMs) : timeoutMs;

  return {
    changeState: (change) => changeState(change, limitOf(change), signal),
    async request(request) {
      // Fail closed: a request in a state that was not set would prove nothing.
      if (problem !== null) throw problem;
      // Before it is sent: it may be signed, and an interaction has one request.
      if (asked) {
        const hint = 'Only the first was sent. Please report it with the pact file.';
        throw new ContractError('VERIFICATION_FAILED', 'The request of the interaction came more than once.', hint);
      }
      asked = true;
      checkNeeds(needs, stateValues);
      const late = () => {
        timedOut = true;
        return new ContractError(
          'PROVIDER_TOO_SLOW',
          `The provider gave no answer within ${seconds} s.`,
          'Look at the provider, or give it more time with --timeout.',
        );
      };
      const answer = await within(timeoutMs, signal, late, (limit) => send({ ...request, stateValues, signal: limit }));
      await checkUnpackedSize(answer);
      answered += 1;
      remark = functionFailure(answer);
      return answer;
    },
    async end() {
      for (const { state, params } of [...standing.values()].reverse()) {
        standing.delete(state);
        const teardown: StateChange = { state, params, action: 'teardown' };
        // Also where the user has given up: the provider may serve others.
        await changeState(teardown, limitOf(teardown), new AbortController().signal).catch((error: unknown) => {
          // A state that is unknown or was not set can't be taken back either: the first problem stays.
          problem ??= error;
        });
      }
    },
    fail(error) {
      problem ??= error;
    },
    get problem() {
      return problem;
    },
    get answered() {
      return answered;
    },
    get timedOut() {
      return timedOut;
    },
    get remark() {
      return remark;
    },
  };
}

/** Also where the work ignores its signal. */
async function within<Value>(
  limitMs: number,
  signal: AbortSignal,
  late: () => ContractError,
  work: (limit: AbortSignal) => Promise<Value>,
): Promise<Value> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(late());
    limit.abort();
  }, limitMs);
  const onAbort = () => {
    reject(signal.reason);
    limit.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(limit.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
