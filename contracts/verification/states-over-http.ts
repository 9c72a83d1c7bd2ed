// Provider states that are set by a server with a URL: Airlock's control server, or one of the provider's own.
import { ContractError } from '../contract-error.ts';
import type { StateChange } from '../provider-states.ts';
import type { SetProviderState } from './provider.ts';
import { sendOverHttp } from './send-http.ts';

const textCharactersMax = 300;

/** POSTs each change to the URL as Pact's verifiers do. 404 and an error code UNKNOWN_STATE mean that the state is not known there. */
export function statesOverHttp(stateUrl: string): SetProviderState {
  const { origin, pathname, search } = new URL(stateUrl);
  const send = sendOverHttp(origin, 'The state server');
  return async (change: StateChange, signal) => {
    const body = Buffer.from(JSON.stringify(change));
    const answer = await send({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal,
    });
    const text = answer.body.toString('utf8');
    if (answer.status >= 200 && answer.status < 300) return valuesOf(text, change.state);
    const { code, message } = errorOf(text);
    const why = message === '' ? '' : `: ${message}`;
    if (answer.status === 404 || code === 'UNKNOWN_STATE')
      throw new ContractError(
        'UNKNOWN_STATE',
        `The state "${change.state}" is not known at ${origin}${pathname} (${answer.status}${why}).`,
        hint,
      );
    const verb = change.action === 'setup' ? 'set' : 'taken back';
    throw new ContractError(
      'STATE_NOT_SET',
      `The state "${change.state}" could not be ${verb} (${answer.status}${why}).`,
      'Its log says why.',
    );
  };
}

const hint = 'The page contracts/README.md lists the states and what each has to do.';

function valuesOf(text: string, state: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const value = parse(text);
  const { message } = errorOf(text);
  if (message !== '')
    throw new ContractError('STATE_NOT_SET', `The setup of the state "${state}" answered with an error: ${message}`, 'Its log says why.');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ContractError(
    'STATE_NOT_SET',
    `The setup of the state "${state}" answered with something that is no JSON object.`,
    'It answers with its values, such as {"token": "…"}, or with nothing.',
  );
}

/** `{ "error": { "code", "message" } }`, or any text. */
function errorOf(text: string): { readonly code: string; readonly message: string } {
  const { error } = (parse(text) ?? {}) as { readonly error?: unknown };
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return { code: String(code ?? ''), message: String(message ?? (typeof error === 'string' ? error : '')).slice(0, textCharactersMax) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
