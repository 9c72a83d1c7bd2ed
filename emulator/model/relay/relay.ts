// The way into a sealed container: what its relay, a small program in the container's network namespace, does for us.
import type { ModelChannel } from '../model-channel.ts';

export interface Relay {
  /** HTTP to the server on 127.0.0.1:8080 of the namespace. */
  readonly channel: ModelChannel;
  /** What the relay reads in /proc/net, which is the model's too: they share the namespace. Rejects where the relay does not answer in time. */
  networkNamespace(timeoutMs: number): Promise<NetworkNamespace>;
  /** Milliseconds that a connect() to the model's server took, measured by the relay itself; null: not accepted within `connectMeasureMaxMs`. */
  connectTime(): Promise<number | null>;
  /** Requests under way fail with connectionLost. */
  close(): Promise<void>;
}

export interface NetworkNamespace {
  /** Names, e.g. ['lo']. */
  readonly interfaces: readonly string[];
  /** Routes of IPv4 and IPv6 that lead anywhere but to lo. */
  readonly routesOut: number;
  /** TCP ports that something listens on, whether 127.0.0.1 reaches them, and whether more than loopback does (an older relay does not say). */
  readonly listening: readonly { readonly port: number; readonly onLoopback: boolean; readonly beyondLoopback?: boolean }[];
  /** How often the model's container was started again since the relay was; each time in another namespace. */
  readonly modelRestarts?: number;
}

/** Why the namespace is not sealed, or null where nothing leads out of it. */
export function findWayOut({ interfaces, routesOut }: NetworkNamespace): string | null {
  const others = interfaces.filter((name) => name !== 'lo');
  if (others.length > 0) return `its network namespace has the interface ${others.join(', ')}`;
  if (routesOut > 0) return `its network namespace has ${routesOut} routes out`;
  return null;
}
