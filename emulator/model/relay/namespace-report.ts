// What the relay says of its network namespace, checked before anything is concluded from it.
import type { NetworkNamespace } from './relay.ts';

export interface NamespaceReport {
  /** Another one each time the relay is started. */
  readonly run: string;
  readonly namespace: NetworkNamespace;
}

/** @throws where it is not what the relay writes */
export function parseNamespaceReport(json: Buffer): NamespaceReport {
  const { run, interfaces, routesOut, listening, modelRestarts = 0 } = JSON.parse(json.toString()) as Record<string, unknown>;
  const isWhole =
    typeof run === 'string' &&
    Array.isArray(interfaces) &&
    interfaces.every((name) => typeof name === 'string') &&
    typeof routesOut === 'number' &&
    typeof modelRestarts === 'number' &&
    Array.isArray(listening) &&
    listening.every((one) => typeof one?.port === 'number' && typeof one.onLoopback === 'boolean' && isFlag(one.beyondLoopback));
  if (!isWhole) throw new Error('The relay reports on its network namespace in a way that is not understood.');
  return { run, namespace: { interfaces, routesOut, listening, modelRestarts } };
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean';
}

/** Milliseconds, or null. @throws where it is not what the relay writes */
export function parseConnectTime(json: Buffer): number | null {
  const { ms } = JSON.parse(json.toString()) as { ms?: unknown };
  if (ms === null || (typeof ms === 'number' && ms >= 0)) return ms;
  throw new Error('The relay tells the time of a connection in a way that is not understood.');
}
