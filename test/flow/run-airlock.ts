// Runs the command line as a user does: a real process, its standard output and error, its exit code.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../emulator/main.ts', import.meta.url));

export interface RunningAirlock extends AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the process has ended. */
  readonly exitCode: Promise<number | null>;
  /** Resolves when standard output contains the text; rejects when the process ends before. */
  waitFor(text: string): Promise<void>;
}

export function runAirlock(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): RunningAirlock {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TMPDIR: tmpdir(), ...options.env },
  });
  child.stdin.end();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    exitCode,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stdout.includes(text) && resolve();
        child.stdout.on('data', look);
        look();
        void exitCode.then((code) => reject(new Error(`ended with ${code} before it said "${text}":\n${stdout}\n${stderr}`)));
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exitCode;
    },
  };
}
