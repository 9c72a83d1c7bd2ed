import { describe, expect, it } from 'vitest';
import { findLeak, findPrivilege, interfaceNames, listeningInode } from '../../../emulator/model/seal-check.ts';

const header = 'Inter-|   Receive    |  Transmit\n face |bytes    packets|bytes    packets\n';

describe('reading what the kernel says', () => {
  it('names the interfaces of /proc/net/dev', () => {
    expect(interfaceNames(`${header}    lo:       0       0\n  eth0: 12 3\nveth1a@if3:0 0\n`)).toEqual(['lo', 'eth0', 'veth1a@if3']);
    expect(interfaceNames(header)).toEqual([]);
  });

  const status = (caps: string, noNewPrivs: string) =>
    `Name:\tnode\n${['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => `${name}:\t${caps}\n`).join('')}NoNewPrivs:\t${noNewPrivs}\n`;

  it.each([
    [status('0000000000000000', '1'), null],
    [status('0000000000000000', '0'), 'it could gain privileges'],
    [status('0000000000200000', '1'), 'it has capabilities (CapInh 0000000000200000)'],
    [
      status('0000000000000000', '1').replace('CapBnd:\t0000000000000000', 'CapBnd:\t000001ffffffffff'),
      'it has capabilities (CapBnd 000001ffffffffff)',
    ],
    ['', 'it has capabilities (CapInh unknown)'],
  ])('%# finds privileges in /proc/PID/status', (text, leak) => {
    expect(findPrivilege(text)).toBe(leak);
  });

  const sockets = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000000000000: 00000002 00000000 00010000 0001 01 4711 /socket/model.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 4712 /socket/model.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 4713',
  ].join('\n');

  it('finds the inode of a listening socket only', () => {
    expect(listeningInode(sockets, '/socket/model.sock')).toBe('4711');
    expect(listeningInode(sockets, '/socket/other.sock')).toBeNull();
    expect(listeningInode(sockets.replace('00010000', '00000000'), '/socket/model.sock')).toBeNull();
  });

  it.skipIf(process.platform !== 'linux')('does not take this process, or one that is gone, for sealed', () => {
    expect(findLeak(process.pid, '/socket/model.sock')).toBe('it shares our network namespace');
    expect(findLeak(2 ** 22 + 1, '/socket/model.sock')).toMatch(/^its seal cannot be read/);
  });
});
