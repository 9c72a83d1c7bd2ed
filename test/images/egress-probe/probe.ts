// Every way out that a sealed container must not have: one row each, all tried at once.
import { lookup, Resolver } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { ask, connectTo, ReachedError, timeLimitMs, withinLimit } from './attempts.ts';

export interface AttemptResult {
  /** As a URL: `tcp://HOST:PORT`, `udp://HOST:PORT`, `dns:NAME`, `dns:NAME@SERVER`, `unix:PATH`. */
  readonly target: string;
  readonly reached: boolean;
  /** What answered, or the error's code. */
  readonly detail: string;
}

export interface ProbeReport {
  readonly results: readonly AttemptResult[];
  /** Names of the network interfaces that are up. */
  readonly interfaces: readonly string[];
}

/** The address of Docker's default bridge, where its daemon was not told another. */
const bridge = '172.17.0.1';

const targetsAlways = [
  'tcp://1.1.1.1:443',
  'tcp://[2606:4700:4700::1111]:443',
  // The instance's metadata, and the credentials of a task.
  'tcp://169.254.169.254:80',
  'tcp://169.254.170.2:80',
  ...[22, 53, 80, 443, 2375, 3000, 4570, 8080].map((port) => `tcp://${bridge}:${port}`),
  'tcp://host.docker.internal:3000',
  'tcp://localstack:4566',
  'tcp://emulator:4570',
  'tcp://127.0.0.1:2375',
  'udp://8.8.8.8:53',
  `udp://${bridge}:53`,
  'dns:example.com',
  'dns:host.docker.internal',
  'dns:localstack',
  'dns:emulator',
  'dns:example.com@8.8.8.8',
  'unix:/var/run/docker.sock',
  'unix:/run/docker.sock',
  'unix:/run/containerd/containerd.sock',
];

/** Never rejects for what failed: that is a result. `more`: targets beside the fixed ones, such as a listener of the test. */
export async function probe(more: readonly string[] = []): Promise<ProbeReport> {
  const results = await Promise.all([...targetsAlways, ...more].map(tryTarget));
  return { results, interfaces: Object.keys(networkInterfaces()) };
}

async function tryTarget(target: string): Promise<AttemptResult> {
  try {
    return { target, reached: true, detail: await withinLimit(attempt(target)) };
  } catch (error) {
    const detail = (error as NodeJS.ErrnoException).code ?? String(error);
    return { target, reached: error instanceof ReachedError, detail };
  }
}

function attempt(target: string): Promise<string> {
  const [, kind, rest = ''] = /^(tcp|udp|dns|unix):(?:\/\/)?(.*)$/.exec(target) ?? [];
  if (kind === 'unix') return connectTo({ path: rest });
  if (kind === 'dns') return resolve(rest);
  const at = rest.lastIndexOf(':');
  const place = { host: rest.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(rest.slice(at + 1)) };
  if (kind === 'tcp') return connectTo(place);
  if (kind === 'udp') return ask(place);
  throw new Error(`no target: ${target}`);
}

async function resolve(rest: string): Promise<string> {
  const [name = '', server] = rest.split('@');
  if (server === undefined) return (await lookup(name)).address;
  const resolver = new Resolver({ timeout: timeLimitMs, tries: 1 });
  resolver.setServers([server]);
  return (await resolver.resolve4(name)).join(' ');
}
