// Provider states in the running world: one at a time, each from the plain situation, and back to it.
import { type ProviderStateName, providerStates, type StateChange } from '../../contracts/provider-states.ts';
import { ProviderStateRefused, type SetProviderState } from '../control/provider-state-change.ts';
import { nearest } from '../did-you-mean.ts';
import type { Log } from '../log.ts';
import type { ActiveStates } from '../stand-in/active-states.ts';
import { reasonOf } from './reason-of.ts';
import type { StateSetters, StateValues } from './state-setter.ts';
import { createUndoList } from './undo.ts';

export interface ProviderStatesOptions {
  readonly setters: StateSetters;
  readonly activeStates: ActiveStates;
  /** States of a stand-in's contract: they choose its interactions and change nothing else. */
  readonly standInStates: ReadonlySet<string>;
  readonly log: Log;
}

export interface ProviderStates extends AsyncDisposable {
  readonly set: SetProviderState;
  /** Puts the plain situation back; a change that is under way is given up. Close it before what it changes. Safe to call twice. */
  close(): Promise<void>;
}

export function createProviderStates({ setters, activeStates, standInStates, log }: ProviderStatesOptions): ProviderStates {
  const closing = new AbortController();
  const undo = createUndoList();
  /** True: something of an earlier state is still there, because it could not be put back. */
  let isLeftOver = false;
  let lastChange: Promise<unknown> = Promise.resolve();

  const putBack = async () => {
    const errors = await undo.run();
    isLeftOver = errors.length > 0;
    if (isLeftOver) throw notPutBack(errors);
  };

  const setUp = async (state: ProviderStateName, params: StateChange['params']): Promise<StateValues> => {
    try {
      const values = await setters[state]({ params, undo, signal: closing.signal });
      undo.defer(() => activeStates.remove(state));
      activeStates.add(state);
      return values;
    } catch (error) {
      await putBack();
      if (closing.signal.aborted) throw closed();
      throw error;
    }
  };

  const change = async ({ state, params, action }: StateChange): Promise<StateValues> => {
    if (closing.signal.aborted) throw closed();
    // A state over what is left of another one would be neither.
    if (isLeftOver) await putBack();
    if (isKnown(state)) {
      await putBack();
      return action === 'setup' ? setUp(state, params) : {};
    }
    // No state: the plain situation.
    if (state === '') {
      for (const name of standInStates) activeStates.remove(name);
      await putBack();
    } else if (!standInStates.has(state)) throw unknownState(state, standInStates);
    else if (action === 'setup') activeStates.add(state);
    else activeStates.remove(state);
    return {};
  };

  const close = async () => {
    closing.abort();
    await lastChange;
    try {
      await putBack();
    } catch (error) {
      log.warn({ error }, 'provider states: the plain situation could not be put back');
    }
  };
  return {
    set(stateChange) {
      const changed = lastChange.then(() => change(stateChange));
      lastChange = changed.catch(() => undefined);
      return changed;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isKnown(state: string): state is ProviderStateName {
  return Object.hasOwn(providerStates, state);
}

function unknownState(state: string, standInStates: ReadonlySet<string>): ProviderStateRefused {
  const near = nearest(state, [...Object.keys(providerStates), ...standInStates]);
  const hint = near === null ? 'contracts/provider-states.ts has them all.' : `Did you mean "${near}"?`;
  return new ProviderStateRefused('UNKNOWN_STATE', `There is no provider state "${state}". ${hint}`);
}

function notPutBack(errors: readonly unknown[]): ProviderStateRefused {
  const reasons = errors.map(reasonOf).join('; ');
  const message = `What an earlier state changed could not be put back: ${reasons}. It is tried again at the next change.`;
  return new ProviderStateRefused('STATE_NOT_SET', message, { cause: errors[0] });
}

function closed(): ProviderStateRefused {
  return new ProviderStateRefused('STATE_NOT_SET', 'Airlock is shutting down.');
}
