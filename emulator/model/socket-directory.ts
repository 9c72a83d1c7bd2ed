// The directory that holds a model's socket: fresh, for this user only, and gone when Airlock is.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AirlockError } from '../errors.ts';
import { connectSocket } from './relay/connect-socket.ts';

/** sockaddr_un.sun_path, with its final zero. Linux 108, macOS and BSD 104. */
const socketPathBytesMax = 103;
const namePattern = /^airlock-model-(\d+)-/;

export interface SocketDirectory {
  readonly path: string;
  /** Mount point of a sealed root. */
  readonly rootDirectory: string;
  readonly socketDirectory: string;
  readonly socketPath: string;
  /** At once: it also runs while the process exits. */
  remove(): void;
}

export function createSocketDirectory(): SocketDirectory {
  const path = mkdtempSync(join(tmpdir(), `airlock-model-${process.pid}-`));
  const rootDirectory = join(path, 'root');
  const socketDirectory = join(path, 'socket');
  const socketPath = join(socketDirectory, 'model.sock');
  if (Buffer.byteLength(socketPath) > socketPathBytesMax) {
    rmSync(path, { recursive: true });
    throw new AirlockError(
      'NOT_AVAILABLE',
      `The path of the model's socket is too long for the system: ${socketPath}`,
      'Set TMPDIR to a shorter directory, for example /tmp.',
    );
  }
  mkdirSync(rootDirectory);
  mkdirSync(socketDirectory);
  return { path, rootDirectory, socketDirectory, socketPath, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Removes what an Airlock that was killed left behind: its process is gone and nothing listens at the socket. */
export async function sweepSocketDirectories(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(namePattern.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const path = join(tmpdir(), name);
    const ours = (await lstat(path)).uid === process.getuid?.();
    // Another container with the same /tmp has its own process numbers, hence the second question.
    if (ours && !(await isListening(join(path, 'socket', 'model.sock')))) await rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isListening(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const socket = connectSocket(socketPath);
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    } catch {
      // Nothing there, or something else than a socket under its name.
      resolve(false);
    }
  });
}

/** Whether the last step before the program was reached. */
export function hasEntered(directory: SocketDirectory, enteredFile: string): boolean {
  return readdirSync(directory.socketDirectory).includes(enteredFile);
}
