// One run of the model as a child process: started one way (sealed or not), its output logged, its end reported, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Log } from '../log.ts';
import { logLines } from './model-lines.ts';
import { enteredFile, sealArguments, sealedPaths, sealedUser } from './seal.ts';
import { findChild } from './seal-check.ts';
import { prepareSealedRoot } from './sealed-root.ts';
import { hasEntered, type SocketDirectory } from './socket-directory.ts';
import { findSystemTool } from './system-tool.ts';

/** `root` and `user` are the two ways to seal (seal.ts). */
export type LaunchWay = 'root' | 'user' | 'unsealed';

/** unshare(1) ends by the signal that ended its child; at SIGKILL it fails to (up to util-linux 2.38 at least), says this and exits with 1. */
const unshareOfKilled = /^unshare: sigprocmask unblock failed/;

/** Between the end of a process and the end of its output. */
const lastOutputMs = 50;

export interface LaunchOptions {
  readonly way: LaunchWay;
  readonly entryPoint: string;
  readonly modelDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: SocketDirectory;
  /** Where the model listens, as we see it. */
  readonly socketPath: string;
  readonly log: Log;
}

export interface ModelProcess {
  /** The program's, as we see it; null where there is none, or none yet. Sealed, it is a child of the process that was started. */
  pid(): number | null;
  /** The socket as the process sees it. */
  readonly innerSocketPath: string;
  /** Resolves when the process is gone, with words for people. Never rejects. */
  readonly exited: Promise<string>;
  /** False while the process is still being sealed: if it ends now, sealing failed, not the model. */
  hasEntered(): boolean;
  /** The last line on standard error, for a message. */
  lastErrorLine(): string | null;
  /** SIGTERM, SIGKILL after the time; resolves when it is gone. */
  stop(timeoutMs: number): Promise<void>;
  /** SIGKILL, now. */
  kill(): void;
}

/** Throws where the file system of a sealed program cannot be laid out. */
export function launchModel(options: LaunchOptions): ModelProcess {
  const { way, directory, socketPath, log } = options;
  rmSync(join(directory.socketDirectory, enteredFile), { force: true });
  const sealed = way !== 'unsealed';
  const innerSocketPath = sealed ? `${sealedPaths.socketDirectory}/${basename(socketPath)}` : socketPath;
  const { command, args } = sealed ? sealedCommand(options, way) : { command: process.execPath, args: [options.entryPoint, 'serve'] };
  const child = spawn(command, args, {
    cwd: directory.path,
    env: childEnvironment(options, innerSocketPath),
    // Its own process group: Ctrl-C in a terminal is for Airlock, which then stops the model in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Nothing is ever written to it; it ends when Airlock does.
  child.stdin.on('error', (error) => log.debug({ error }, 'standard input of the model failed'));
  logLines(child.stdout, 'stdout', log);
  const errorLines = logLines(child.stderr, 'stderr', log);
  const wasKilled = () => sealed && unshareOfKilled.test(errorLines.last() ?? '');
  const exited = exitOf(child).then((text) => (wasKilled() ? 'signal SIGKILL' : text));
  // Looked up each time: a pid is only sure to be the program's while its parent, ours, has not been waited for.
  const pid = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    return sealed ? findChild(child.pid) : child.pid;
  };
  // unshare blocks SIGTERM; and where it ends, not the program, nobody waits until the program is gone.
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    const target = pid();
    if (target === null || !sendSignal(target, name)) child.kill(name);
  };
  return {
    pid,
    innerSocketPath,
    exited,
    hasEntered: () => !sealed || hasEntered(directory, enteredFile),
    lastErrorLine: () => (wasKilled() ? null : errorLines.last()),
    kill: () => signal('SIGKILL'),
    async stop(timeoutMs) {
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function sealedCommand(options: LaunchOptions, variant: 'root' | 'user'): { command: string; args: readonly string[] } {
  const { directory, entryPoint, modelDirectory } = options;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chownSync(directory.socketDirectory, sealedUser.uid, sealedUser.gid);
    // There the other user has to find its own way to what is mounted; here root mounts it.
    chmodSync(directory.path, variant === 'user' ? 0o711 : 0o700);
  }
  const fstab = prepareSealedRoot({
    directory,
    programDirectory: dirname(entryPoint),
    modelDirectory,
    node: process.execPath,
    otherUser: isRoot,
  });
  return {
    command: findSystemTool('setpriv') ?? 'setpriv',
    args: sealArguments({
      variant,
      isRoot,
      unshare: findSystemTool('unshare') ?? 'unshare',
      fstab,
      rootDirectory: directory.rootDirectory,
      nodeArguments: [`${sealedPaths.program}/${basename(entryPoint)}`, 'serve'],
      path: options.environment.PATH,
    }),
  };
}

function sendSignal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The model's environment and what this file has to tell it; nothing of Airlock's own, so no credentials and no home. */
function childEnvironment(options: LaunchOptions, innerSocketPath: string): NodeJS.ProcessEnv {
  const { PATH, ...environment } = options.environment;
  const sealed = options.way !== 'unsealed';
  return {
    ...environment,
    ...(!sealed && PATH !== undefined && { PATH }),
    MODEL_DIR: sealed ? sealedPaths.model : options.modelDirectory,
    MODEL_STUB_LISTEN: `unix:${innerSocketPath}`,
    // The end of standard input tells that Airlock has died, also where there is no pdeathsig.
    MODEL_STUB_EXIT_WITH_STDIN: '1',
    // Windows cannot open a socket or make a random number without it.
    ...(process.platform === 'win32' && { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' }),
  };
}

/** What it printed last is read before this resolves, unless a process that it left behind keeps its output open. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const text = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const timer = setTimeout(() => {
        // Else Airlock could not end before that process does.
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(text);
      }, lastOutputMs);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(text);
      });
    });
    // The command could not be started at all; where it could, `exit` follows.
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
}
