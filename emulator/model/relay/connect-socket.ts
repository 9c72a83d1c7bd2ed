// Connects to a Unix socket in a directory that the model's side can write: to a socket that lies there, never to where a link leads.
import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { ModelFailure } from '../model.ts';

/** open(2): refers to the file, whatever it is, without opening it. Node has no name for it; the value is that of x86-64 and arm64. */
const openPath = 0o10_000_000;

/**
 * A socket that is connecting.
 * @throws ModelFailure notReady where the path is no socket or a socket with a second name, and the system's error (ENOENT) where nothing is there
 */
export function connectSocket(path: string): Socket {
  // A named pipe of Windows; in no directory.
  if (process.platform === 'win32') return connect({ path });
  if (process.platform !== 'linux') {
    refuseOther(path, lstatSync(path));
    return connect({ path });
  }
  // What was looked at is what is connected to: between lstat() and connect() the name could be given to something else.
  const descriptor = openSync(path, openPath | constants.O_NOFOLLOW);
  try {
    refuseOther(path, fstatSync(descriptor));
    // connect(2) is called in here: a Unix socket needs no look-up first.
    const socket = connect({ path: `/proc/self/fd/${descriptor}` });
    socket.once('error', (error) => {
      error.message = error.message.replace(/\/proc\/self\/fd\/\d+/, path);
    });
    return socket;
  } finally {
    closeSync(descriptor);
  }
}

function refuseOther(path: string, stats: Stats): void {
  if (!stats.isSocket()) throw new ModelFailure('notReady', `${path} is no socket.`);
  // A hard link: the socket may be anybody's.
  if (stats.nlink > 1) throw new ModelFailure('notReady', `${path} is a second name of a socket.`);
}
