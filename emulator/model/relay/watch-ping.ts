// Notices that a model which somebody else runs is down: no exit of a process or container tells.
import { pingTimeoutMs } from '../../limits.ts';
import { ModelFailure, type ModelRequest, type ModelResponse } from '../model.ts';
import type { ModelChannel } from '../model-channel.ts';

/** A request that fails asks at once. */
const intervalMs = 1_000;

export interface WatchedChannel {
  readonly channel: ModelChannel;
  /** Resolves when /ping fails, with words for people. */
  readonly failed: Promise<string>;
  end(): void;
}

export function watchPing(channel: ModelChannel): WatchedChannel {
  const failed = Promise.withResolvers<string>();
  let underWay = 0;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      const { status } = await channel.send({ method: 'GET', path: '/ping', headers: {}, timeoutMs: pingTimeoutMs });
      if (status !== 200) failed.resolve(`/ping answered ${status}`);
    } catch (error) {
      // A model that takes one request at a time is busy, not down; and so is one whose queue of connections is full.
      const isBusy = error instanceof ModelFailure && (error.isBusy || (error.reason === 'timedOut' && underWay > 0));
      if (!isBusy) failed.resolve(error instanceof Error ? error.message : String(error));
    } finally {
      isAsking = false;
    }
  };
  const timer = setInterval(() => {
    if (underWay === 0) void ask();
  }, intervalMs);
  const askIfDown = (error: unknown) => {
    if (error instanceof ModelFailure && !error.isBusy && (error.reason === 'connectionLost' || error.reason === 'notReady')) void ask();
  };
  const send = async (request: ModelRequest) => {
    underWay += 1;
    try {
      return await channel.send(request);
    } catch (error) {
      askIfDown(error);
      throw error;
    } finally {
      underWay -= 1;
    }
  };
  const open = async (request: ModelRequest): Promise<ModelResponse> => {
    underWay += 1;
    try {
      const response = await channel.open(request);
      const over = once(() => {
        underWay -= 1;
      });
      async function* read(): AsyncGenerator<Buffer> {
        try {
          yield* response.body;
        } catch (error) {
          askIfDown(error);
          throw error;
        }
      }
      const dispose = () => {
        over();
        response[Symbol.dispose]();
      };
      return { ...response, body: read(), [Symbol.dispose]: dispose };
    } catch (error) {
      underWay -= 1;
      askIfDown(error);
      throw error;
    }
  };
  return { channel: { ...channel, send, open }, failed: failed.promise, end: () => clearInterval(timer) };
}

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
