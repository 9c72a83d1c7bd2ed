// Lays out the file system of a sealed program: a directory with the mount points, and the list of what is mounted there.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AirlockError } from '../errors.ts';
import { fstabLine, parseMountInfo, readOnlyLines } from './mount-table.ts';
import { sealedPaths } from './seal.ts';
import type { SocketDirectory } from './socket-directory.ts';

/** Where a Linux system keeps its libraries: /nix and /gnu for NixOS and Guix. */
const systemDirectories = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'usr', 'nix', 'gnu'];
const ownDirectories = ['dev', 'opt', 'opt/ml', 'opt/ml/model', 'opt/program', 'socket', 'tmp'];
const ownFiles = ['dev/null', 'opt/node'];

/** Everything there may be at the top of the sealed file system. */
export const sealedRootEntries: ReadonlySet<string> = new Set([...systemDirectories, 'dev', 'opt', 'package.json', 'socket', 'tmp']);

/** Ours: bytes that are copied where the program's user may not read the original. */
const copiedBytesMax = 256 * 1024 * 1024;

export interface SealedRootOptions {
  readonly directory: SocketDirectory;
  readonly programDirectory: string;
  readonly modelDirectory: string;
  /** Path of Node outside. */
  readonly node: string;
  /** The program runs as another user than Airlock. */
  readonly otherUser: boolean;
}

/**
 * A new network namespace has no way to a network, but a Unix socket in the file system leads out of it: nscd and systemd-resolved (DNS),
 * docker.sock, a database. So the program gets a file system of its own with the system's libraries and nothing else: no /run, no /var, no home,
 * no /proc, no host's /tmp, no /usr/src, where container images keep an application. All of it is read-only but /tmp, which is its own, and /socket.
 * package.json says that the program's .js and .ts files are ES modules, wherever they were taken from.
 * Returns the path of the fstab.
 */
export function prepareSealedRoot({ directory, programDirectory, modelDirectory, node, otherUser }: SealedRootOptions): string {
  const root = directory.rootDirectory;
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const readOnly = (source: string, inside: string, restrictions: readonly string[] = ['nosuid', 'nodev']) =>
    readOnlyLines(source, join(root, inside), restrictions, mounts);
  const readable = (source: string, name: string) => (otherUser ? copyUnlessReadable(source, join(directory.path, name)) : source);

  chmodSync(root, 0o755);
  for (const name of ownDirectories) makeDirectory(join(root, name));
  for (const name of ownFiles) writeFileSync(join(root, name), '');
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  chmodSync(join(root, 'package.json'), 0o644);

  // A restarted model finds what it had.
  const present = new Set(readdirSync(root));
  const lines = [readOnly(root, '')];
  for (const name of systemDirectories) {
    const kind = lstatSync(`/${name}`, { throwIfNoEntry: false });
    if (kind?.isSymbolicLink() && !present.has(name)) symlinkSync(readlinkSync(`/${name}`), join(root, name));
    if (!kind?.isDirectory()) continue;
    makeDirectory(join(root, name));
    lines.push(readOnly(`/${name}`, name));
  }
  if (existsSync('/usr/src')) lines.push(fstabLine('tmpfs', join(root, 'usr/src'), 'tmpfs', ['ro', 'size=4k']));
  lines.push(
    readOnly(node, sealedPaths.node),
    readOnly('/dev/null', 'dev/null', ['nosuid', 'noexec']),
    readOnly(readable(programDirectory, 'program'), sealedPaths.program),
    readOnly(readable(modelDirectory, 'model'), sealedPaths.model),
    fstabLine('tmpfs', join(root, 'tmp'), 'tmpfs', ['size=64m', 'mode=1777', 'nosuid', 'nodev']),
    fstabLine(directory.socketDirectory, join(root, sealedPaths.socketDirectory), 'none', ['bind', 'nosuid', 'nodev', 'noexec']),
  );
  const fstab = join(directory.path, 'fstab');
  writeFileSync(fstab, lines.join(''));
  chmodSync(fstab, 0o644);
  return fstab;
}

/** Whatever the umask is. */
function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

/** What only root may read (an installation under umask 077) is copied for the program's user, who may read nothing else of root's. */
function copyUnlessReadable(source: string, copy: string): string {
  if (existsSync(copy)) return copy;
  const { bytes, isReadable } = measure(source);
  if (isReadable) return source;
  if (bytes > copiedBytesMax) {
    throw new AirlockError(
      'NOT_AVAILABLE',
      `Only root may read ${source}, and it is too large to be copied`,
      `Try: chmod -R a+rX ${source}`,
    );
  }
  const isCopied = (path: string) => {
    const kind = lstatSync(path);
    return kind.isDirectory() || kind.isFile() || kind.isSymbolicLink();
  };
  cpSync(source, copy, { recursive: true, verbatimSymlinks: true, filter: isCopied });
  for (const path of filesBelow(copy)) {
    const kind = lstatSync(path);
    if (!kind.isSymbolicLink()) chmodSync(path, kind.isDirectory() ? 0o755 : 0o644);
  }
  return copy;
}

function measure(directory: string): { readonly bytes: number; readonly isReadable: boolean } {
  let bytes = 0;
  let isReadable = true;
  for (const path of filesBelow(directory)) {
    const kind = lstatSync(path);
    const needed = kind.isDirectory() ? 0o005 : kind.isFile() ? 0o004 : 0;
    if ((kind.mode & needed) !== needed) isReadable = false;
    if (kind.isFile()) bytes += kind.size;
  }
  return { bytes, isReadable };
}

function filesBelow(directory: string): string[] {
  return [directory, ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name))];
}
