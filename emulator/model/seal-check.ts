// Proves that a process is sealed, from outside and from what the kernel says, not from what was asked for.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sealedRootEntries } from './seal.ts';

/**
 * Null where the process `pid` is sealed and is the one that listens at `socketPath` (as it sees that path); else the reason why not.
 * Not covered: AF_VSOCK, which Linux does not divide by network namespace; only a virtual machine's host is at its other end.
 */
export function findLeak(pid: number, socketPath: string): string | null {
  try {
    return (
      findNetwork(pid) ??
      findPrivilege(readFileSync(`/proc/${pid}/status`, 'utf8')) ??
      findHostFiles(readdirSync(`/proc/${pid}/root`)) ??
      findOtherListener(pid, socketPath)
    );
  } catch (error) {
    return `its seal cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

function findNetwork(pid: number): string | null {
  if (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) return 'it shares our network namespace';
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
