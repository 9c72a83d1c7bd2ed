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

/** Both tables: `sl local_address rem_address st …`; 0A is LISTEN, the address in words of the machine's (little-endian) order. `::` takes IPv4, too. */
export function listeningPorts(tcp: string, tcp6: string): { port: number; onLoopback: boolean }[] {
  const onLoopback = new Map<number, boolean>();
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
    onLoopback.set(number, onLoopback.get(number) || reachable.has(address));
  }
  return [...onLoopback].map(([port, reached]) => ({ port, onLoopback: reached })).sort((a, b) => a.port - b.port);
}
