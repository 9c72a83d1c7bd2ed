// GET /namespace: what the network namespace of the relay, and so of the model, looks like. GET /connect-time: how fast the model's server accepts.
import { readdirSync, readFileSync } from 'node:fs';
import type { Target } from './carry.ts';
import { measureConnect } from './measure-connect.ts';
import { lookForModelStarts } from './model-starts.ts';
import { countRoutesOut, interfaceNames, listeningPorts } from './proc-net.ts';
import { readIfThere } from './read-if-there.ts';

/** A model could listen on every port; the report names no more than these. */
const listeningPortsMax = 100;

/** Identifies this run of the relay, and with it the namespace that it reports on. */
export const run = `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** The answers beside CONNECT. */
export async function answerQuestion(
  method: string | undefined,
  path: string | undefined,
  target: Target,
): Promise<{ status: number; body: string }> {
  if (method !== 'GET') return { status: 404, body: '{}' };
  if (path === '/connect-time') return { status: 200, body: JSON.stringify({ ms: await measureConnect(target) }) };
  if (path !== '/namespace') return { status: 404, body: '{}' };
  try {
    return { status: 200, body: reportNamespace() };
  } catch (error) {
    return { status: 500, body: JSON.stringify({ error: String(error) }) };
  }
}

/** JSON of NetworkNamespace (relay.ts), with the run. */
function reportNamespace(): string {
  const read = (name: string) => readFileSync(`/proc/net/${name}`, 'utf8');
  const names = interfaceNames(read('dev'));
  return JSON.stringify({
    run,
    interfaces: names.filter((name) => isUp(name, names)),
    routesOut: countRoutesOut(read('route'), readIfThere('/proc/net/ipv6_route')),
    modelRestarts: lookForModelStarts().count,
    listening: listeningPorts(read('tcp'), readIfThere('/proc/net/tcp6')).slice(0, listeningPortsMax),
  });
}

/**
 * IFF_UP. A kernel with the modules of tunnels (Docker Desktop's) puts tunl0, sit0 and others into every new namespace, all down; where they lead to
 * goes through the namespace's own routes. What cannot be told counts as up: /sys may be another namespace's.
 */
function isUp(name: string, names: readonly string[]): boolean {
  try {
    const isOurs = [...names].sort().join() === readdirSync('/sys/class/net').sort().join();
    return !isOurs || (Number(readFileSync(`/sys/class/net/${name}/flags`, 'utf8')) & 1) !== 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return true;
    throw error;
  }
}
