// How long the model's server takes to accept a connection: measured here, where nothing of the relay's own way adds to it.
import { connect } from 'node:net';
import { connectMeasureMaxMs } from '../relay-limits.ts';
import type { Target } from './carry.ts';

/** Milliseconds; null where it was refused, or not accepted in time. */
export function measureConnect({ host, port }: Target): Promise<number | null> {
  return new Promise((resolve) => {
    const beganAtMs = performance.now();
    const connection = connect({ host, port });
    const settle = (ms: number | null) => {
      clearTimeout(timer);
      connection.destroy();
      resolve(ms);
    };
    const timer = setTimeout(() => settle(null), connectMeasureMaxMs);
    connection.once('connect', () => settle(Math.round((performance.now() - beganAtMs) * 10) / 10));
    connection.on('error', () => settle(null));
  });
}
