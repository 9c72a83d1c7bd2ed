import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerDns } from '../../../../emulator/validate/sinkhole/program/answer-dns.ts';
import { flowsOfSockets, flowsOfTracking } from '../../../../emulator/validate/sinkhole/program/read-flows.ts';
import { chooseSinkholeAddresses } from '../../../../emulator/validate/sinkhole/sinkhole-addresses.ts';
import { groupAttempts, parseSinkholeLines } from '../../../../emulator/validate/sinkhole/sinkhole-lines.ts';

const address = Buffer.from([198, 18, 1, 0]);

function question(name: string, type: number): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from('beef01000001000000000000', 'hex'), ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

describe('the DNS of the sinkhole', () => {
  it('gives each name the address that is asked for it', () => {
    const { name, reply } = answerDns(question('Telemetry.Example', 1), () => address) ?? { name: '', reply: Buffer.alloc(0) };
    expect(name).toBe('telemetry.example');
    expect(reply.subarray(0, 12).toString('hex')).toBe('beef81800001000100000000');
    expect(reply.subarray(-4)).toEqual(address);
  });

  it('says that a name has no IPv6 address, at once', () => {
    const given = answerDns(question('telemetry.example', 28), () => address);
    expect(given).toMatchObject({ name: 'telemetry.example' });
    expect(given?.reply.readUInt16BE(6)).toBe(0);
  });

  it('never throws, whatever is sent to it', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void answerDns(Buffer.from(bytes), () => address)));
    const whole = question('telemetry.example', 1);
    for (let length = 0; length < whole.length; length += 1) expect(answerDns(whole.subarray(0, length), () => address)).toBeNull();
  });
});

const head = '  sl  local_address rem_address   st tx_queue rx_queue';
const tcp = `${head}
   0: 0B00007F:AEA5 00000000:0000 0A 00000000:00000000
   1: 0309D50A:98B2 FEA9FEA9:0050 02 00000001:00000000
   2: 0309D50A:98B3 01010101:01BB 01 00000001:00000000
`;
const tcp6 = `${head}
   0: A10000FD000009000000000003000000:9A04 00470626000000000000000001000000:01BB 02 00000001:00000000
   1: 0000000000000000FFFF00000309D50A:9A05 0000000000000000FFFF000007710CB0:1F90 02 00000001:00000000
`;
const tracking = `ipv4     2 tcp      6 113 SYN_SENT src=10.213.9.3 dst=169.254.169.254 sport=39090 dport=443 [UNREPLIED] src=169.254.169.254 dst=10.213.9.3 sport=443 dport=39090 mark=0 zone=0 use=2
ipv4     2 udp      17 29 src=10.213.9.3 dst=198.51.100.5 sport=5000 dport=8125 [UNREPLIED] src=198.51.100.5 dst=10.213.9.3 sport=8125 dport=5000 mark=0 use=2
ipv6     10 tcp      6 113 SYN_SENT src=fd00:0000:0000:0000:0000:0000:0000:0003 dst=2001:0db8:0000:0000:0000:0000:0000:0007 sport=1 dport=443 [UNREPLIED]
ipv4     2 icmp     1 29 src=10.213.9.3 dst=1.1.1.1 type=8 code=0 id=1
`;

describe('the tables of the kernel', () => {
  it('show the TCP connections that wait for an answer, of IPv4 and IPv6', () => {
    expect(flowsOfSockets(tcp, 'tcp')).toMatchObject([{ protocol: 'tcp', address: '169.254.169.254', port: 80 }]);
    expect(flowsOfSockets(tcp6, 'tcp').map(({ address: found, port }) => `${found} ${port}`)).toEqual([
      '2606:4700:0:0:0:0:0:1 443',
      '176.12.113.7 8080',
    ]);
  });

  it('show UDP sockets with a peer, whatever their state', () => {
    const udp = `${head}\n   7: 0309D50A:1388 0564339B:1FBD 01 0:0\n   8: 00000000:0035 00000000:0000 07 0:0\n`;
    expect(flowsOfSockets(udp, 'udp')).toMatchObject([{ protocol: 'udp', address: '155.51.100.5', port: 8125 }]);
  });

  it('of connections show what was tried, also datagrams', () => {
    expect(flowsOfTracking(tracking).map(({ protocol, address: found, port }) => `${protocol} ${found} ${port}`)).toEqual([
      'tcp 169.254.169.254 443',
      'udp 198.51.100.5 8125',
      'tcp 2001:db8:0:0:0:0:0:7 443',
    ]);
  });

  it('give one attempt the same key in both', () => {
    const [socket] = flowsOfSockets(`${head}\n 1: 0309D50A:98B2 FEA9FEA9:01BB 02 0:0\n`, 'tcp');
    const [tracked] = flowsOfTracking(tracking);
    expect(socket?.key).toBe(tracked?.key);
  });
});

describe('attempts', () => {
  const line = (atMs: number, protocol: 'dns' | 'tcp', target: string) => ({ kind: 'attempt' as const, atMs, protocol, target });

  it('are grouped by phase and target, in order, with their count', () => {
    const lines = [
      line(1_010, 'dns', 'a.example'),
      line(1_020, 'dns', 'a.example'),
      line(2_000, 'tcp', 'a.example:443'),
      line(3_500, 'dns', 'a.example'),
    ];
    expect(groupAttempts(lines, { startedMs: 1_000, pingsMs: 2_000, invocationsMs: 3_000 })).toEqual([
      { atMs: 10, during: 'start', protocol: 'dns', target: 'a.example', count: 2 },
      { atMs: 1_000, during: 'ping', protocol: 'tcp', target: 'a.example:443', count: 1 },
      { atMs: 2_500, during: 'invocation', protocol: 'dns', target: 'a.example', count: 1 },
    ]);
  });

  it('of a container that never served are all of its start', () => {
    const attempts = groupAttempts([line(9_000, 'dns', 'a.example')], { startedMs: 1_000, pingsMs: null, invocationsMs: null });
    expect(attempts).toMatchObject([{ during: 'start' }]);
  });

  it('are read from what the sinkhole wrote, and from nothing else', () => {
    expect(parseSinkholeLines(['(node:1) Warning', '{"kind":"end"}'])).toEqual([{ kind: 'end' }]);
  });
});

describe('the addresses of the sinkhole', () => {
  it('lie in 198.18.0.0/15, whatever block is chosen, with room for the names', () => {
    const subnets = Array.from({ length: 128 }, (_, block) => chooseSinkholeAddresses(block, '0123456789').ipv4.subnet);
    expect(new Set(subnets).size).toBe(128);
    for (const subnet of subnets) expect(subnet).toMatch(/^198\.1[89]\.\d+\.0\/22$/);
    expect(chooseSinkholeAddresses(64, '0123456789')).toMatchObject({
      ipv4: { subnet: '198.19.0.0/22', bridge: '198.19.0.1', gateway: '198.19.0.2' },
      ipv6: { subnet: 'fd01:2345:6789::/64' },
      names: { firstAddress: '198.19.1.0' },
    });
  });
});
