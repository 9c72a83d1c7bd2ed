// --model URL: a model that somebody else runs. Nothing is known of its network, so it never counts as sealed.
import { AirlockError } from '../errors.ts';
import { pingStartupTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import { type Model, ModelFailure, type ModelRequest, type ModelState } from './model.ts';
import { createModelChannel } from './model-channel.ts';
import { waitForPing } from './readiness.ts';

export interface UrlModelOptions {
  /** http: or https:, with or without a path; /ping and /invocations are appended to it. */
  readonly url: string;
  readonly startupTimeoutMs?: number;
  readonly log: Log;
  /** Gives up waiting for the first 200. */
  readonly signal?: AbortSignal;
}

/** Resolves when /ping has answered 200. Rejects with AirlockError BAD_OPTION or MODEL_NOT_READY. */
export async function connectUrlModel(options: UrlModelOptions): Promise<Model> {
  const { startupTimeoutMs = pingStartupTimeoutMs, log, signal = new AbortController().signal } = options;
  const url = parseUrl(options.url);
  const basePath = url.pathname.replace(/\/+$/, '');
  const target = createModelChannel({ origin: url.origin, log });
  const below = (request: ModelRequest) => ({ ...request, path: `${basePath}${request.path}` });
  const channel = {
    ...target,
    send: (request: ModelRequest) => target.send(below(request)),
    open: (request: ModelRequest) => target.open(below(request)),
  };
  if (!(await waitForPing(channel, { timeoutMs: startupTimeoutMs, signal }))) {
    await channel.destroy();
    throw new AirlockError(
      'MODEL_NOT_READY',
      `${url.origin}${basePath}/ping gave no 200 within ${startupTimeoutMs} ms`,
      'Start the model first, and check the address given with --model.',
    );
  }
  log.debug({ origin: url.origin }, 'model in service');
  let state: ModelState = 'inService';
  return {
    sealed: false,
    description: `${url.origin}${basePath}, NOT sealed: Airlock does not run this model and cannot see what it can reach`,
    get state() {
      return state;
    },
    async request(request) {
      if (state === 'stopped') throw new ModelFailure('notReady', 'The model is stopped.');
      return channel.send(request);
    },
    async open(request) {
      if (state === 'stopped') throw new ModelFailure('notReady', 'The model is stopped.');
      return channel.open(request);
    },
    async close() {
      state = 'stopped';
      await channel.destroy();
    },
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.search === '' && url.username === '') return url;
  throw new AirlockError(
    'BAD_OPTION',
    `--model ${text} is no address of a model`,
    'Write it as http://HOST:PORT, without a query or credentials.',
  );
}
