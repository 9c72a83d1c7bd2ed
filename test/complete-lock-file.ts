// Adds to package-lock.json the optional platform packages that a registry mirror left out; `npm ci` fails on a lock without them.
// Run it after `npm install`: node test/complete-lock-file.ts
import { readFileSync, writeFileSync } from 'node:fs';

export interface LockEntry {
  version?: string;
  resolved?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface LockFile {
  packages: Record<string, LockEntry>;
}

export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly dev: boolean;
}

/** Optional dependencies that some locked package names and no entry answers for. */
export function missingPackages(lock: LockFile): MissingPackage[] {
  const missing: MissingPackage[] = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isLocked(lock, path, name)) missing.push({ name, version, dev: entry.dev === true });
    }
  }
  return missing;
}

/** Node's resolution: nested first, then every node_modules above. */
function isLocked(lock: LockFile, from: string, name: string): boolean {
  for (let folder = from; ; ) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
    const nested = folder.lastIndexOf('/node_modules/');
    folder = nested === -1 ? '' : folder.slice(0, nested);
  }
}

/** os and cpu as the package's name says them: …-darwin-arm64, …-linux-x64-musl, …-win32-ia32-msvc. */
function platformOf(name: string): { os: string[]; cpu: string[] } {
  const parts = name.split('/').at(-1)?.split('-') ?? [];
  const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].filter((candidate) => parts.includes(candidate));
  const cpu = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'].filter((candidate) => parts.includes(candidate));
  return { os, cpu };
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
  const missing = missingPackages(lock);
  for (const { name, version, dev } of missing) {
    lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
  }
  const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
  process.stdout.write(`${missing.length} entries added\n`);
}
