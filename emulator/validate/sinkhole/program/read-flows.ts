// What /proc/net tells of connections that leave: sockets that are connecting or connected, and what connection tracking has seen. Pure.

export interface Flow {
  readonly protocol: 'tcp' | 'udp';
  /** IPv6 in full, without brackets. */
  readonly address: string;
  readonly port: number;
  /** The same for the same attempt, whatever file it was found in. */
  readonly key: string;
}

const synSent = '02';

/** /proc/net/tcp, tcp6: those that wait for an answer. udp, udp6: those with a peer; one that sends to many shows none. */
export function flowsOfSockets(table: string, protocol: Flow['protocol']): readonly Flow[] {
  const flows: Flow[] = [];
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = remote.split(':');
    if ((protocol === 'tcp' && state !== synSent) || /^0*$/.test(address)) continue;
    const sourcePort = Number.parseInt(local.split(':')[1] ?? '', 16);
    flows.push(flow(protocol, addressText(address), Number.parseInt(port, 16), sourcePort));
  }
  return flows;
}

/** /proc/net/nf_conntrack: keeps what was tried for some time, also datagrams of sockets without a peer. */
export function flowsOfTracking(table: string): readonly Flow[] {
  const flows: Flow[] = [];
  for (const line of table.split('\n')) {
    // The first direction is the one that began it.
    const found = /^ipv[46]\s+\d+\s+(tcp|udp)\s.*?\bsrc=\S+ dst=(\S+) sport=(\d+) dport=(\d+)/.exec(line);
    if (!found) continue;
    const [, protocol, address = '', sourcePort, port] = found;
    flows.push(flow(protocol as Flow['protocol'], address, Number(port), Number(sourcePort)));
  }
  return flows;
}

/** The kernel's own order: words of four bytes, each as this machine stores a number (all that Node runs containers on: the last first). */
function addressText(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
  const isMapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16));
  return groups.join(':');
}

function flow(protocol: Flow['protocol'], given: string, port: number, sourcePort: number): Flow {
  // 2606:4700:0000:…: connection tracking writes the zeros, too.
  const address = given.includes(':') ? given.replace(/\b0+(?=[0-9a-f])/g, '') : given;
  return { protocol, address, port, key: `${protocol} ${sourcePort} ${address} ${port}` };
}
