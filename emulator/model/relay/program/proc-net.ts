// The tables of /proc/net, as text, and what the relay wants to know of them.

/** /proc/net/dev: two lines of header, then `name: counters`. */
export function interfaceNames(netDev: string): string[] {
  return netDev
    .split('\n')
    .slice(2)
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
}

/** /proc/net/route: a line of header, the interface first. /proc/net/ipv6_route: no header, the interface last. */
export function countRoutesOut(route: string, ipv6Route: string): number {
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  const interfaces = [
    ...lines(route)
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[0]),
    ...lines(ipv6Route).map((line) => line.trim().split(/\s+/).at(-1)),
  ];
  return interfaces.filter((name) => name !== 'lo').length;
}

export interface ListeningPort {
  readonly port: number;
  /** 127.0.0.1 reaches it. */
  readonly onLoopback: boolean;
  /** Something listens on it at another address than those of loopback: all of them, or an interface's. */
  readonly beyondLoopback: boolean;
}

/** Both tables: `sl local_address rem_address st …`; 0A is LISTEN, the address in words of the machine's (little-endian) order. `::` takes IPv4, too. */
export function listeningPorts(tcp: string, tcp6: string): ListeningPort[] {
  const ports = new Map<number, ListeningPort>();
  const reachable = new Set([
    '00000000',
    '0100007F',
    '0'.repeat(32),
    '0000000000000000FFFF00000100007F',
    '0000000000000000FFFF000000000000',
  ]);
  for (const line of `${tcp}\n${tcp6}`.split('\n')) {
    const [, local, , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local?.split(':') ?? [];
    if (state !== '0A') continue;
    const number = Number.parseInt(port, 16);
    const known = ports.get(number);
    ports.set(number, {
      port: number,
      onLoopback: known?.onLoopback || reachable.has(address),
      beyondLoopback: known?.beyondLoopback || !isLoopback(address),
    });
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}

/** 127.0.0.0/8, the same within IPv6, ::1; the network's first byte is the last one of a little-endian word. */
function isLoopback(address: string): boolean {
  return /^(0{16}FFFF0000)?[0-9A-F]{6}7F$/.test(address) || address === '00000000000000000000000001000000';
}
