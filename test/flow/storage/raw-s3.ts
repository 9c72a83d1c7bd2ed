// Not an S3: a TCP server that serves as one until the bucket is there, and then answers as it is told, byte by byte.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { systemClock } from '../../../emulator/clock.ts';
import { createLog } from '../../../emulator/log.ts';
import { openExternalStorage } from '../../../emulator/storage/external/external-storage.ts';
import { templateBucket } from './open-external.ts';
import { serveS3 } from './serve-s3.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What one connection gets once the head of its request is there. */
export type RawAnswer = (socket: Socket, head: string) => void;

/** These bytes, and the end unless it `staysOpen`. */
export function says(text: string, { staysOpen = false } = {}): RawAnswer {
  return (socket) => void (staysOpen ? socket.write(text) : socket.end(text));
}

/** First `start`, then `piece` every few milliseconds, for ever. */
export function drips(start: string, piece: string): RawAnswer {
  return (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once('close', () => clearInterval(timer));
  };
}

const buckets = '<?xml version="1.0"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';
const serves: RawAnswer = (socket, head) => {
  const body = head.startsWith('GET / ') ? buckets : '';
  socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nETag: "e"\r\nLocation: /mine\r\n\r\n${body}`);
};

export async function startRawS3(answer: RawAnswer = serves) {
  const sockets = new Set<Socket>();
  const state = { answer };
  const server = createServer((socket) => {
    let head = '';
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', function read(piece) {
      head += piece.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      state.answer(socket, head);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Airlock in front of it, with the bucket `mine`. */
export async function openInFrontOfRaw({ answerMs = 300 } = {}) {
  await using parts = new AsyncDisposableStack();
  const raw = parts.use(await startRawS3());
  const { path: directory } = parts.use(await temporaryDirectory());
  const common = { region: 'us-east-1', clock: systemClock, log: createLog('silent') };
  const timeouts = { connectMs: 1_000, answerMs, bodyMs: 300 };
  const storage = await openExternalStorage({ ...common, url: raw.url, directory, timeouts });
  parts.defer(() => storage.close());
  await storage.createBuckets([templateBucket('mine')]);
  const served = await serveS3(storage.createService({ ...common, bucketPolicies: () => null, encryptionKeyArn: () => null }), common);
  parts.defer(() => served.close());
  const owned = parts.move();
  return { ...served, raw, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
