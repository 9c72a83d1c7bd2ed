// The sinkhole: owns the network namespace that the container joins, answers DNS there and writes down what anybody in it tries to reach.
// Nothing else is on its network and its gateway is an address that nobody has: the kernel refuses every connection after some 0.2 s
// (EHOSTUNREACH), which is long enough to be seen. Writes lines of JSON, each a SinkholeLine (../sinkhole-lines.ts).
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { answerDns } from './answer-dns.ts';
import { type Flow, flowsOfSockets, flowsOfTracking } from './read-flows.ts';

const resolver = '127.0.0.53';
const selfTestName = 'self-test.airlock.invalid';
const pollMs = 20;
/** A table that may be long. */
const trackingEveryPolls = 5;
/** A container that tries in a loop must not fill the disk. */
const linesMax = 5_000;
const dnsMessageBytesMax = 4_096;

/** `firstAddress`: names get addresses from here on, `addresses` of them. */
export async function runSinkhole([firstAddress = '', addresses = '']: readonly string[]): Promise<void> {
  const first = Buffer.from(firstAddress.split('.').map(Number)).readUInt32BE();
  const nameOf = new Map<string, string>();
  const bytesOf = new Map<string, Buffer>();
  const seen = new Set<string>();
  let lines = 0;
  const write = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const record = (protocol: string, target: string) => {
    lines += 1;
    if (lines <= linesMax) write({ kind: 'attempt', atMs: Date.now(), protocol, target });
    else if (lines === linesMax + 1) write({ kind: 'tooMany' });
  };
  const addressOf = (name: string) => {
    const known = bytesOf.get(name);
    if (known) return known;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(first + Math.min(bytesOf.size, Number(addresses) - 1));
    bytesOf.set(name, bytes);
    nameOf.set(bytes.join('.'), name);
    return bytes;
  };
  const answer = (question: Buffer) => {
    const given = answerDns(question, addressOf);
    if (given !== null && given.name !== selfTestName) record('dns', given.name);
    return given?.reply ?? null;
  };
  await serveDns(answer);
  writeFileSync('/etc/resolv.conf', `nameserver ${resolver}\noptions timeout:2 attempts:1\n`);
  const resolves = await lookup(selfTestName).then(
    ({ address }) => address === firstAddress,
    () => false,
  );

  const own = new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)));
  const note = (flow: Flow) => {
    if (seen.has(flow.key) || seen.size > 2 * linesMax) return;
    seen.add(flow.key);
    if (own.has(flow.address) || /^(127\.|0:0:0:0:0:0:0:1$)/.test(flow.address)) return;
    const host = nameOf.get(flow.address) ?? (flow.address.includes(':') ? new URL(`http://[${flow.address}]`).hostname : flow.address);
    record(flow.protocol, `${host}:${flow.port}`);
  };
  let polls = 0;
  const look = () => {
    for (const protocol of ['tcp', 'udp'] as const) {
      for (const name of [protocol, `${protocol}6`]) flowsOfSockets(readTable(name) ?? '', protocol).forEach(note);
    }
    if (polls % trackingEveryPolls === 0) flowsOfTracking(readTable('nf_conntrack') ?? '').forEach(note);
    polls += 1;
  };
  const timer = setInterval(look, pollMs);
  process.once('SIGTERM', () => {
    clearInterval(timer);
    polls = 0;
    look();
    write({ kind: 'end' });
    process.exitCode = 0;
    // What was written to a pipe is out when this returns; open sockets would hold the process.
    process.exit();
  });
  write({ kind: 'ready', resolves, gateway: defaultGateway(), tracks: readTable('nf_conntrack') !== null });
}

async function serveDns(answer: (question: Buffer) => Buffer | null): Promise<void> {
  const udp = createSocket('udp4');
  udp.on('message', (question, { port, address }) => {
    const reply = answer(question);
    if (reply !== null) udp.send(reply, port, address);
  });
  await new Promise<void>((resolve) => udp.bind(53, resolver, resolve));
  const tcp = createServer((connection) => {
    let got = Buffer.alloc(0);
    connection.setTimeout(2_000, () => connection.destroy());
    connection
      .on('error', () => {})
      .on('data', (chunk) => {
        got = Buffer.concat([got, chunk]);
        if (got.length > dnsMessageBytesMax) return void connection.destroy();
        if (got.length < 2 || got.length < 2 + got.readUInt16BE()) return;
        const reply = answer(got.subarray(2));
        if (reply === null) return void connection.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        connection.end(Buffer.concat([length, reply]));
      });
  });
  await new Promise<void>((resolve) => tcp.listen(53, resolver, resolve));
}

/** Of IPv4; null where there is none. */
function defaultGateway(): string | null {
  for (const line of (readTable('route') ?? '').split('\n').slice(1)) {
    const [, destination, gateway = ''] = line.trim().split(/\s+/);
    if (destination === '00000000') return [...Buffer.from(gateway, 'hex').reverse()].join('.');
  }
  return null;
}

/** Null where this kernel has no such table, or shows it to nobody. */
function readTable(name: string): string | null {
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}
