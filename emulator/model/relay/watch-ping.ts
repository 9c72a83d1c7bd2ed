// Notices that a model which somebody else runs is down: no exit of a process or container tells.
import { pingTimeoutMs } from '../../limits.ts';
import { ModelFailure, type ModelRequest } from '../model.ts';
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
      // A model that takes one request at a time is busy, not down.
      const isBusy = error instanceof ModelFailure && error.reason === 'timedOut' && underWay > 0;
      if (!isBusy) failed.resolve(error instanceof Error ? error.message : String(error));
    } finally {
      isAsking = false;
    }
  };
  const timer = setInterval(() => {
    if (underWay === 0) void ask();
  }, intervalMs);
  const send = async (request: ModelRequest) => {
    underWay += 1;
    try {
      return await channel.send(request);
    } catch (error) {
      if (error instanceof ModelFailure && (error.reason === 'connectionLost' || error.reason === 'notReady')) void ask();
      throw error;
    } finally {
      underWay -= 1;
    }
  };
  return { channel: { ...channel, send }, failed: failed.promise, end: () => clearInterval(timer) };
}
