// What the server answers to a WebSocket on the path of bidirectional streaming.
import { randomBytes } from 'node:crypto';
import { ModelFailure } from '../../model/model.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { servingContainer } from './sealed-run.ts';

export interface StreamingPath {
  /** 101 where it opens one; null: no answer. */
  readonly status: number | null;
}

const path = '/invocations-bidirectional-stream';
const timeoutMs = 5_000;

export const streamingPath: Probe<StreamingPath> = {
  title: 'asking for a WebSocket',
  async run({ evidence, signal }) {
    const { channel, exit } = await servingContainer(evidence);
    const headers = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': randomBytes(16).toString('base64'),
    };
    try {
      const { status } = await channel.send({ method: 'GET', path, headers, timeoutMs, signal });
      return { status };
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      signal.throwIfAborted();
      if (exit() !== null) throw new NotDecided('the container ended meanwhile');
      // The channel speaks HTTP only: it closes a connection that becomes another protocol, and says so.
      return { status: /\b101 Switching Protocols\b/.test(error.message) ? 101 : null };
    }
  },
};
