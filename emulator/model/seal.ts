// The command that starts a program with no network: own network namespace, own file system, no privileges. Linux only.

/** Paths as the sealed program sees them, the same as in a SageMaker container where it has such a path. */
export const sealedPaths = {
  node: '/opt/node',
  program: '/opt/program',
  model: '/opt/ml/model',
  socketDirectory: '/socket',
} as const;

/** In the socket directory: written by the last step before the program, so that a refused seal can be told from a program that failed. */
export const enteredFile = 'entered';

/** Everything there may be at the top of the sealed file system. */
export const sealedRootEntries: ReadonlySet<string> = new Set(
  'bin dev gnu lib lib32 lib64 libx32 nix opt package.json sbin socket tmp usr'.split(' '),
);

/**
 * A new network namespace has no way to a network, but a Unix socket in the file system leads out of it: nscd and systemd-resolved (DNS),
 * docker.sock, a database. So the program gets a file system of its own with the system's libraries and nothing else: no /run, no /var, no home,
 * no /proc, no host's /tmp, no /usr/src, where container images keep an application. Read-only mounts are refused in some user namespaces;
 * nothing of the seal depends on them.
 * package.json says that the program's .js and .ts files are ES modules, wherever they were taken from.
 *
 * $1 new root, $2 node, $3 program directory, $4 model directory, $5 socket directory; then the command to run inside.
 */
const script = `
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1 node=$2 program=$3 model=$4 socket=$5
shift 5
mount -t tmpfs -o size=64m,mode=755 tmpfs "$root"
cd "$root"
mkdir -p -m 755 dev opt/ml/model opt/program socket
mkdir -m 1777 tmp
printf '{"type":"module"}' > package.json
links=
for name in bin sbin lib lib32 lib64 libx32 usr nix gnu; do
  if [ -L "/$name" ]; then links="$links /$name"
  elif [ -d "/$name" ]; then mkdir "$name"; mount --rbind "/$name" "$name"
  fi
done
[ ! -d usr/src ] || mount -t tmpfs -o ro,size=4k tmpfs usr/src
[ -z "$links" ] || cp -P $links .
: > opt/node
: > dev/null
mount --bind "$node" opt/node
mount --bind /dev/null dev/null
mount --bind "$socket" socket
mount -o bind,ro "$program" opt/program 2>dev/null || mount --bind "$program" opt/program
mount -o bind,ro "$model" opt/ml/model 2>dev/null || mount --bind "$model" opt/ml/model
exec chroot "$root" "$@"
`;

/**
 * Root has the capability to enter any namespace again and to look under mounts, so all of them go, for good.
 * pdeathsig: the kernel kills the program when Airlock dies, also by kill -9.
 */
const dropPrivileges = 'setpriv --pdeathsig KILL --no-new-privs --bounding-set -all --inh-caps -all --ambient-caps -all'.split(' ');

/** A shell may export these by itself. PATH is put back below where the program was given one. */
const shellVariables = ['PATH', 'PWD', 'OLDPWD', 'SHLVL', '_'].flatMap((name) => ['-u', name]);

export interface SealOptions {
  /** `root`: needs CAP_SYS_ADMIN. `user`: needs user namespaces, no privilege. */
  readonly variant: 'root' | 'user';
  /** Existing empty directory that becomes the sealed root; outside it stays empty. */
  readonly rootDirectory: string;
  readonly socketDirectory: string;
  readonly programDirectory: string;
  readonly modelDirectory: string;
  /** Path of Node outside. */
  readonly node: string;
  /** Arguments of Node, in paths of the sealed file system. */
  readonly nodeArguments: readonly string[];
  readonly path: string | undefined;
}

/** Arguments of `unshare`. The process that is started stays the same to the end: every step replaces the one before (exec), so its pid is the program's. */
export function sealArguments(options: SealOptions): readonly string[] {
  const namespaces = options.variant === 'root' ? [] : ['--user', '--map-root-user'];
  return [
    ...[...namespaces, '--net', '--mount', '--', 'sh', '-c', script, 'seal'],
    ...[options.rootDirectory, options.node, options.programDirectory, options.modelDirectory, options.socketDirectory],
    ...[...dropPrivileges, 'sh', '-c', `: > ${sealedPaths.socketDirectory}/${enteredFile}; exec "$@"`, 'seal'],
    ...['env', ...shellVariables, ...(options.path === undefined ? [] : [`PATH=${options.path}`])],
    ...[sealedPaths.node, ...options.nodeArguments],
  ];
}
