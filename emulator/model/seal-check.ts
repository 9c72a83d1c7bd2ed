// Proves that a process is sealed, from outside and from what the kernel says, not from what was asked for.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { parseMountInfo } from './mount-table.ts';
import { sealedPaths } from './seal.ts';
import { sealedRootEntries } from './sealed-root.ts';

/**
 * Null where the process `pid` is sealed and is the one that listens at `socketPath` (as it sees that path); else the reason why not.
 *
 * Not covered, as nothing that a system brings along can take it away from one process:
 * - vsock (AF_VSOCK): one for the whole machine whatever the network namespace. It leads to the hypervisor of a virtual machine and to programs of this
 *   machine that listen on vsock, to no network. It would take an accomplice at the other end, hence still `sealed`, but the description says so
 *   where there is one (`hasVsock`). Only a seccomp filter could refuse it.
 * - the session keyring, where whoever logged in was given one: it is inherited. Again no network, and an accomplice is needed.
 * - what can be told by the use of the processor, memory and disk.
 */
export function findLeak(pid: number, socketPath: string): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (
      findNetwork(pid) ??
      findSharedNamespace(pid) ??
      findPrivilege(status) ??
      findIdentity(status, isOurs(pid, 'user') ? (process.getuid?.() ?? null) : null) ??
      findHostFiles(readdirSync(`/proc/${pid}/root`)) ??
      findWritableMount(readFileSync(`/proc/${pid}/mountinfo`, 'utf8')) ??
      findOtherListener(pid, socketPath)
    );
  } catch (error) {
    return `its seal cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** The only child of a process, or null where that cannot be told. */
export function findChild(pid: number): number | null {
  try {
    const [child, ...others] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/);
    return others.length === 0 ? Number(child) || null : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

/** Whether sockets of the family AF_VSOCK can be made: something listens or leads out only where the kernel has the family. */
export function hasVsock(): boolean {
  return existsSync('/dev/vsock') || /^AF_VSOCK\s/m.test(readFileSync('/proc/net/protocols', 'utf8'));
}

/** Whether this process's user namespace has that user: /proc/self/uid_map has lines of first uid inside, first outside, count. */
export function hasUser(uid: number): boolean {
  return readFileSync('/proc/self/uid_map', 'utf8')
    .trim()
    .split('\n')
    .some((line) => {
      const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
      return uid >= first && uid < first + count;
    });
}

function isOurs(pid: number, namespace: string): boolean {
  return readlinkSync(`/proc/${pid}/ns/${namespace}`) === readlinkSync(`/proc/self/ns/${namespace}`);
}

/** ipc: System V and POSIX message queues, semaphores and shared memory; pid: signals, ptrace, priorities, resource limits. */
function findSharedNamespace(pid: number): string | null {
  const shared = ['mnt', 'ipc', 'pid', 'uts'].find((namespace) => isOurs(pid, namespace));
  return shared === undefined ? null : `it shares our ${shared} namespace`;
}

/** Root owns this machine's files whatever its privileges. `ownUid` is Airlock's where the process has no users of its own. */
export function findIdentity(status: string, ownUid: number | null): string | null {
  const uids = /^Uid:\s*(.+)$/m.exec(status)?.[1]?.split(/\s+/).map(Number);
  if (uids?.length !== 4 || uids.includes(Number.NaN)) return 'its user is unknown';
  if (uids.includes(0)) return 'it runs as root';
  return ownUid !== null && uids.includes(ownUid) ? 'it runs as the same user as Airlock' : null;
}

/** Writable are only a /tmp of its own and the directory of its socket. */
export function findWritableMount(mountInfo: string): string | null {
  const mounts = parseMountInfo(mountInfo);
  if (mounts.length === 0) return 'its mounts are unknown';
  const writable = mounts.find(
    ({ point, type, isReadOnly }) => !isReadOnly && point !== sealedPaths.socketDirectory && !(point === '/tmp' && type === 'tmpfs'),
  );
  return writable === undefined ? null : `it could write to ${writable.point}`;
}

function findNetwork(pid: number): string | null {
  if (isOurs(pid, 'net')) return 'it shares our network namespace';
  const others = interfaceNames(readFileSync(`/proc/${pid}/net/dev`, 'utf8')).filter((name) => name !== 'lo');
  return others.length === 0 ? null : `it has the network interfaces ${others.join(', ')}`;
}

/** /proc/net/dev: two lines of header, then `name: counters`. */
export function interfaceNames(netDev: string): string[] {
  return netDev
    .split('\n')
    .slice(2)
    .flatMap((line) => line.match(/^\s*([^\s:]+):/)?.[1] ?? []);
}

/** A process with CAP_SYS_ADMIN could go back to our namespaces. */
export function findPrivilege(status: string): string | null {
  for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
    const value = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1];
    if (value === undefined || !/^0+$/.test(value)) return `it has capabilities (${name} ${value ?? 'unknown'})`;
  }
  return /^NoNewPrivs:\s*1$/m.test(status) ? null : 'it could gain privileges';
}

function findHostFiles(rootEntries: readonly string[]): string | null {
  const others = rootEntries.filter((name) => !sealedRootEntries.has(name));
  return others.length === 0 ? null : `it sees files of this machine (${others.slice(0, 3).join(', ')})`;
}

function findOtherListener(pid: number, socketPath: string): string | null {
  const inode = listeningInode(readFileSync(`/proc/${pid}/net/unix`, 'utf8'), socketPath);
  const descriptors = readdirSync(`/proc/${pid}/fd`).map((descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
  return inode !== null && descriptors.includes(`socket:[${inode}]`) ? null : 'another process answers for it';
}

/** /proc/net/unix: Num RefCount Protocol Flags Type St Inode Path; flag 0x10000 is a listening socket. */
export function listeningInode(netUnix: string, path: string): string | null {
  for (const line of netUnix.split('\n')) {
    const [, , , flags, , , inode, name] = line.trim().split(/\s+/);
    if (name === path && inode !== undefined && (Number.parseInt(flags ?? '', 16) & 0x1_0000) !== 0) return inode;
  }
  return null;
}
