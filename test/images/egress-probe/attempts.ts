// Every way out that a sealed container must not have. One attempt a row, all at once, a second each.
import { createSocket } from 'node:dgram';
import { lookup, Resolver } from 'node:dns/promises';
import { connect, type NetConnectOpts } from 'node:net';

const limitMs = 1000;

export interface Attempt {
  /** What was tried: host:port, a name, or a path. */
  readonly target: string;
  readonly protocol: 'tcp' | 'udp' | 'dns' | 'unix';
  readonly run: () => Promise<string>;
}

export interface AttemptResult {
  readonly target: string;
  readonly protocol: Attempt['protocol'];
  readonly reached: boolean;
  /** The error's code, or what answered. */
  readonly detail: string;
}

/** EGRESS_PROBE_HOSTS: further host:port pairs, separated by commas (a listener of the test on the bridge's address). */
export function attempts(environment: Readonly<Record<string, string | undefined>>): readonly Attempt[] {
  const given = (environment.EGRESS_PROBE_HOSTS ?? '').split(',').filter(Boolean);
  const bridge = ['22', '53', '80', '443', '2375', '3000', '4570', '8080'].map((port) => `172.17.0.1:${port}`);
  const named = ['host.docker.internal:3000', 'localstack:4566', 'emulator:4570'];
  return [
    ...['1.1.1.1:443', '169.254.169.254:80', '127.0.0.1:2375', ...bridge, ...named, ...given].map(tcp),
    udp('8.8.8.8', 53),
    udp('172.17.0.1', 53),
    ...['example.com', 'host.docker.internal', 'localstack', 'emulator'].map(name),
    nameServer('8.8.8.8'),
    { target: '/var/run/docker.sock', protocol: 'unix', run: () => connected({ path: '/var/run/docker.sock' }) },
  ];
}

/** Never rejects: what failed is a result. */
export function tryAll(list: readonly Attempt[]): Promise<AttemptResult[]> {
  return Promise.all(
    list.map(async ({ target, protocol, run }) => {
      try {
        return { target, protocol, reached: true, detail: await run() };
      } catch (error) {
        return { target, protocol, reached: false, detail: (error as NodeJS.ErrnoException).code ?? String(error) };
      }
    }),
  );
}

function tcp(target: string): Attempt {
  const at = target.lastIndexOf(':');
  return { target, protocol: 'tcp', run: () => connected({ host: target.slice(0, at), port: Number(target.slice(at + 1)) }) };
}

/** Also a refusal proves that a machine answered; only the socket of a Docker that is not there is refused by this very container. */
function connected(options: NetConnectOpts): Promise<string> {
  return within(
    new Promise<string>((resolve, reject) => {
      const socket = connect({ ...options, timeout: limitMs });
      const end = (then: () => void) => {
        socket.destroy();
        then();
      };
      socket.once('connect', () => end(() => resolve('connected')));
      socket.once('timeout', () => end(() => reject(timedOut())));
      socket.once('error', (error: NodeJS.ErrnoException & { address?: string }) => {
        const isOutside = 'host' in options && error.code === 'ECONNREFUSED' && error.address !== '127.0.0.1';
        end(() => (isOutside ? resolve('ECONNREFUSED by the machine there') : reject(error)));
      });
    }),
  );
}

/** A question for example.com, of which an answer is awaited: sending alone proves nothing with UDP. */
function udp(host: string, port: number): Attempt {
  const question = Buffer.from('000101000001000000000000076578616d706c6503636f6d0000010001', 'hex');
  const run = () => {
    const socket = createSocket('udp4');
    const answered = new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('message', (message) => resolve(`${message.length} bytes`));
      socket.send(question, port, host, (error) => {
        if (error !== null) reject(error);
      });
    });
    return within(answered).finally(() => socket.close());
  };
  return { target: `${host}:${port}`, protocol: 'udp', run };
}

function name(host: string): Attempt {
  return { target: host, protocol: 'dns', run: async () => (await within(lookup(host))).address };
}

function nameServer(address: string): Attempt {
  const run = async () => {
    const resolver = new Resolver({ timeout: limitMs, tries: 1 });
    resolver.setServers([address]);
    return (await within(resolver.resolve4('example.com'))).join(',');
  };
  return { target: `example.com at ${address}`, protocol: 'dns', run };
}

function timedOut(): Error {
  return Object.assign(new Error(`nothing within ${limitMs} ms`), { code: 'ETIMEDOUT' });
}

async function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timedOut()), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
