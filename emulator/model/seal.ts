// The command that starts a program with no network: own namespaces, own file system, another user, no privileges. Linux only.

/** Paths as the sealed program sees them, the same as in a SageMaker container where it has such a path. */
export const sealedPaths = {
  node: '/opt/node',
  program: '/opt/program',
  model: '/opt/ml/model',
  socketDirectory: '/socket',
} as const;

/** In the socket directory: written by the last step before the program, so that a refused seal can be told from a program that failed. */
export const enteredFile = 'entered';

/** `nobody` by its number, which stands for nobody in every Linux. A program that is root could write root's files, also without privileges. */
export const sealedUser = { uid: 65_534, gid: 65_534 } as const;

/**
 * Own processes: none of this machine's can be signalled, traced or reniced. Own System V and POSIX message queues. unshare(1) stays outside and waits;
 * the program is its child, and the first process of its namespace: when it ends, the kernel ends all that it started.
 */
const namespaces = ['--net', '--mount', '--ipc', '--uts', '--pid', '--fork', '--kill-child=SIGKILL'];

/** One mount(8) for all of it: a process for each mount took longer than Node itself. $1 fstab, $2 new root; then the command to run inside. */
const script = 'mount --all --fstab "$1" && cd "$2" && shift 2 && exec chroot . "$@"';

const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

const asSealedUser = ['--reuid', String(sealedUser.uid), '--regid', String(sealedUser.gid), '--clear-groups'];

/** The kernel kills unshare when Airlock dies, also by kill -9, and the program when unshare does. */
const diesWithParent = ['--pdeathsig', 'KILL'];

/** Root has the capability to enter any namespace again and to look under mounts, so all of them go, for good. */
const dropPrivileges = '--no-new-privs --bounding-set -all --inh-caps -all --ambient-caps -all'.split(' ');

/** A shell may export these by itself. PATH is put back below where the program was given one. */
const shellVariables = ['PATH', 'PWD', 'OLDPWD', 'SHLVL', '_'].flatMap((name) => ['-u', name]);

export interface SealOptions {
  /** `root`: needs CAP_SYS_ADMIN. `user`: needs user namespaces, no privilege. */
  readonly variant: 'root' | 'user';
  /** Airlock is root, so the program has to become another user. */
  readonly isRoot: boolean;
  /** Absolute path of unshare(1). */
  readonly unshare: string;
  /** What to mount (sealed-root.ts), and where the sealed root is then. */
  readonly fstab: string;
  readonly rootDirectory: string;
  /** Arguments of Node, in paths of the sealed file system. */
  readonly nodeArguments: readonly string[];
  readonly path: string | undefined;
}

/** Arguments of setpriv(1). The process that is started becomes unshare(1). */
export function sealArguments(options: SealOptions): readonly string[] {
  const { variant, isRoot } = options;
  const root = variant === 'root';
  return [
    // In the user variant before the namespace: one that belongs to root would map to root.
    ...[...(isRoot && !root ? asSealedUser : []), ...diesWithParent, options.unshare],
    ...[...(root ? [] : ['--user', '--map-root-user']), ...namespaces, '--', '/bin/sh', '-c', `export PATH=${systemPath}; ${script}`],
    ...['seal', options.fstab, options.rootDirectory],
    ...['setpriv', ...(root ? asSealedUser : []), ...diesWithParent, ...dropPrivileges],
    ...['sh', '-c', `: > ${sealedPaths.socketDirectory}/${enteredFile}; exec "$@"`, 'seal'],
    ...['env', ...shellVariables, ...(options.path === undefined ? [] : [`PATH=${options.path}`])],
    ...[sealedPaths.node, ...options.nodeArguments],
  ];
}
