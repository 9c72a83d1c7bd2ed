// One run of the model as a child process: started one way (sealed or not), its output logged, its end reported, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Log } from '../log.ts';
import { logLines } from './model-lines.ts';
import { enteredFile, sealArguments, sealedPaths } from './seal.ts';
import { hasEntered, type SocketDirectory } from './socket-directory.ts';
import { findSystemTool } from './system-tool.ts';

/** `root` and `user` are the two ways to seal (seal.ts). */
export type LaunchWay = 'root' | 'user' | 'unsealed';

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
  readonly pid: number | undefined;
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
  const exited = exitOf(child);
  return {
    pid: child.pid,
    innerSocketPath,
    exited,
    hasEntered: () => !sealed || hasEntered(directory, enteredFile),
    lastErrorLine: errorLines.last,
    kill: () => child.kill('SIGKILL'),
    async stop(timeoutMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function sealedCommand(options: LaunchOptions, variant: 'root' | 'user'): { command: string; args: readonly string[] } {
  return {
    command: findSystemTool('unshare') ?? 'unshare',
    args: sealArguments({
      variant,
      rootDirectory: options.directory.rootDirectory,
      socketDirectory: options.directory.socketDirectory,
      programDirectory: dirname(options.entryPoint),
      modelDirectory: options.modelDirectory,
      node: process.execPath,
      nodeArguments: [`${sealedPaths.program}/${basename(options.entryPoint)}`, 'serve'],
      path: options.environment.PATH,
    }),
  };
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

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    // The command could not be started at all; where it could, `exit` follows.
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
}
