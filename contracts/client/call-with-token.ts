// One attempt at a call that carries the token, with a new token in between if a kept one is refused.
import { type Exchange, type ExchangeOptions, exchange, type PreparedCall } from './exchange.ts';
import type { Outcome } from './repeat.ts';
import type { TokenKeeper } from './token-keeper.ts';

export interface TokenCall<Value> extends Pick<Exchange<Value>, 'operation' | 'goodStatus' | 'read'> {
  /** Without the token. */
  readonly call: PreparedCall;
}

/** For repeat(): the token is replaced once in all attempts. */
export function callWithToken<Value>(
  options: ExchangeOptions,
  tokens: TokenKeeper,
  { call, ...rest }: TokenCall<Value>,
  signal: AbortSignal,
): () => Promise<Outcome<Value>> {
  let replaced = false;
  const send = async (token: string): Promise<Outcome<Value>> => {
    const headers = { ...call.headers, authorization: `Bearer ${token}` };
    const outcome = await exchange(options, { ...rest, prepare: async () => ({ ...call, headers }) }, signal);
    if (wasRefused(outcome)) tokens.forget(token);
    return outcome;
  };
  return async () => {
    const inHand = await tokens.take(signal);
    const outcome = await send(inHand.token);
    if (!wasRefused(outcome) || inHand.isNew || replaced) return outcome;
    replaced = true;
    return send((await tokens.replace(inHand.token, signal)).token);
  };
}

function wasRefused(outcome: Outcome<unknown>): boolean {
  return !outcome.ok && 'status' in outcome.error && outcome.error.status === 401;
}
