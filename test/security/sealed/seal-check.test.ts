import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseMountInfo, readOnlyLines } from '../../../emulator/model/mount-table.ts';
import {
  findChild,
  findIdentity,
  findLeak,
  findPrivilege,
  findWritableMount,
  interfaceNames,
  listeningInode,
} from '../../../emulator/model/seal-check.ts';

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

  it.each([
    ['Uid:\t65534\t65534\t65534\t65534', 0, null],
    ['Uid:\t1000\t1000\t1000\t1000', null, null],
    ['Uid:\t1000\t1000\t1000\t1000', 1000, 'it runs as the same user as Airlock'],
    ['Uid:\t0\t0\t0\t0', null, 'it runs as root'],
    ['Uid:\t1000\t1000\t0\t1000', null, 'it runs as root'],
    ['Uid:\t1000', null, 'its user is unknown'],
    ['', null, 'its user is unknown'],
  ])('%j of a process, ours being %s: %s', (text, ownUid, leak) => {
    expect(findIdentity(`Name:\tnode\n${text}\nGid:\t0\t0\t0\t0\n`, ownUid)).toBe(leak);
  });

  const mount = (point: string, options: string, type = 'ext4', superOptions = 'rw') =>
    `71 70 254:0 / ${point} ${options} shared:1 master:2 - ${type} /dev/vda ${superOptions}\n`;
  const sealed = `${mount('/', 'ro,nosuid,nodev')}${mount('/usr', 'rw', 'erofs', 'ro')}${mount('/tmp', 'rw', 'tmpfs')}${mount('/socket', 'rw')}`;

  it.each([
    [sealed, null],
    [`${sealed}${mount('/usr/local', 'rw,relatime')}`, 'it could write to /usr/local'],
    [`${sealed}${mount('/opt/a\\040b', 'rw')}`, 'it could write to /opt/a b'],
    [sealed.replace('- tmpfs', '- ext4'), 'it could write to /tmp'],
    [mount('/', 'rw', 'tmpfs'), 'it could write to /'],
    ['', 'its mounts are unknown'],
  ])('%# finds writable mounts in /proc/PID/mountinfo', (text, leak) => {
    expect(findWritableMount(text)).toBe(leak);
  });

  it('mounts read-only what lies below, too, and keeps the flags that are locked', () => {
    const mounts = parseMountInfo(
      `${mount('/', 'rw')}${mount('/usr', 'rw,noexec')}${mount('/usr/a\\040b', 'rw,nodev,noexec')}${mount('/usrx', 'rw')}`,
    );
    expect(readOnlyLines('/usr', '/new root/usr', ['nosuid'], mounts)).toBe(
      '/usr /new\\040root/usr none rbind,ro,nosuid,noexec 0 0\n' +
        '/new\\040root/usr/a\\040b /new\\040root/usr/a\\040b none remount,bind,ro,nosuid,nodev,noexec 0 0\n',
    );
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

  const own = ['--user', '--map-root-user'];
  const canUnshare = process.platform === 'linux' && spawnSync('unshare', [...own, 'true']).status === 0;

  it.skipIf(!canUnshare).each([
    [['--net'], 'it shares our mnt namespace'],
    [['--net', '--mount'], 'it shares our ipc namespace'],
    [['--net', '--mount', '--ipc'], 'it shares our pid namespace'],
    [['--net', '--mount', '--ipc', '--pid', '--fork', '--kill-child'], 'it shares our uts namespace'],
    [['--net', '--mount', '--ipc', '--uts', '--pid', '--fork', '--kill-child'], /^it has capabilities/],
  ])('refuses a process with no more than %j', async (namespaces, leak) => {
    const started = spawn('unshare', [...own, ...namespaces, 'sleep', '60'], { stdio: 'ignore' });
    const pid = () => (namespaces.includes('--fork') ? findChild(started.pid ?? 0) : started.pid) ?? 0;
    try {
      const deadline = performance.now() + 5_000;
      // It has all of its namespaces when it is `sleep`.
      while (spawnSync('cat', [`/proc/${pid()}/comm`], { encoding: 'utf8' }).stdout !== 'sleep\n' && performance.now() < deadline)
        await delay(10);
      expect(findLeak(pid(), '/socket/model.sock')).toEqual(typeof leak === 'string' ? leak : expect.stringMatching(leak));
    } finally {
      started.kill('SIGKILL');
    }
  });

  it.skipIf(process.platform !== 'linux')('does not take this process, or one that is gone, for sealed', () => {
    expect(findLeak(process.pid, '/socket/model.sock')).toBe('it shares our network namespace');
    expect(findLeak(2 ** 22 + 1, '/socket/model.sock')).toMatch(/^its seal cannot be read/);
  });
});
