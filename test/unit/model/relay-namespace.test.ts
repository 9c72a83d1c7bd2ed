import { describe, expect, it } from 'vitest';
import { parseNamespaceReport } from '../../../emulator/model/relay/namespace-report.ts';
import { countRoutesOut, interfaceNames, listeningPorts } from '../../../emulator/model/relay/program/proc-net.ts';

const devHeader = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const routeHeader = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const tcpHeader = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const tcpLine = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n`;

describe('what /proc/net says', () => {
  it('names the interfaces', () => {
    expect(interfaceNames(`${devHeader}    lo:    1 2\n  eth0: 7 8\nveth1a:9 1\n`)).toEqual(['lo', 'eth0', 'veth1a']);
  });

  it('counts the routes that lead anywhere but to lo', () => {
    const loopback6 =
      '00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo\n';
    expect(countRoutesOut(routeHeader, '')).toBe(0);
    expect(countRoutesOut(routeHeader, loopback6)).toBe(0);
    expect(
      countRoutesOut(`${routeHeader}eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`, loopback6.replace('  lo', 'eth0')),
    ).toBe(2);
  });

  it.each([
    ['0.0.0.0', '00000000:1F90', true, true],
    ['127.0.0.1', '0100007F:1F90', true, false],
    ['127.0.0.11', '0B00007F:1F90', false, false],
    ['172.17.0.2', '020011AC:1F90', false, true],
    ['::', '00000000000000000000000000000000:1F90', true, true],
    ['::1', '00000000000000000000000001000000:1F90', false, false],
    ['::ffff:127.0.0.1', '0000000000000000FFFF00000100007F:1F90', true, false],
    ['::ffff:172.17.0.2', '0000000000000000FFFF0000020011AC:1F90', false, true],
  ])('tells whether 127.0.0.1, and more than loopback, reaches what listens on %s', (_, local, onLoopback, beyondLoopback) => {
    expect(listeningPorts(tcpHeader, tcpHeader + tcpLine(local))).toEqual([{ port: 8080, onLoopback, beyondLoopback }]);
  });

  it('counts a port once, and only where something listens', () => {
    const tcp = tcpHeader + tcpLine('020011AC:1F90') + tcpLine('0100007F:1F90') + tcpLine('0100007F:0050', '01');
    expect(listeningPorts(tcp, '')).toEqual([{ port: 8080, onLoopback: true, beyondLoopback: true }]);
  });
});

describe('a report on a network namespace', () => {
  const report = { run: 'a', interfaces: ['lo'], routesOut: 0, listening: [{ port: 8080, onLoopback: true }], modelRestarts: 0 };

  it('is taken as it is', () => {
    const { run, ...namespace } = report;
    expect(parseNamespaceReport(Buffer.from(JSON.stringify(report)))).toEqual({ run, namespace });
  });

  it.each([
    { interfaces: undefined },
    { interfaces: [1] },
    { routesOut: '0' },
    { listening: [{}] },
    { listening: [null] },
    { listening: [{ port: 8080, onLoopback: true, beyondLoopback: 'no' }] },
    { run: 1 },
    { modelRestarts: '1' },
  ])('is refused with %j', (wrong) => {
    expect(() => parseNamespaceReport(Buffer.from(JSON.stringify({ ...report, ...wrong })))).toThrow('not understood');
  });
});
