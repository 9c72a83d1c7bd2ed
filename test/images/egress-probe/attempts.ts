// One attempt to reach something, by TCP, by a socket file or by UDP.
import { createSocket } from 'node:dgram';
import { connect, type NetConnectOpts } from 'node:net';

export const timeLimitMs = 1_000;

/** Something out there said no: it was reached all the same. */
export class ReachedError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`${code}, by the machine there`);
    this.code = code;
  }
}

/** Resolves when it is connected. @throws ReachedError for a refusal by another machine; refused by this container itself, it is the plain error */
export function connectTo(place: NetConnectOpts): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, timeout: timeLimitMs });
    const end = (then: () => void) => {
      socket.destroy();
      then();
    };
    socket.once('connect', () => end(() => resolve('connected')));
    socket.once('timeout', () => end(() => reject(timedOut())));
    socket.once('error', (error: NodeJS.ErrnoException & { address?: string }) => {
      const isOutside = 'host' in place && error.code === 'ECONNREFUSED' && error.address !== '127.0.0.1';
      end(() => reject(isOutside ? new ReachedError('ECONNREFUSED') : error));
    });
  });
}

/** A DNS question for example.com; an answer is awaited, as sending alone proves nothing with UDP. */
export async function ask({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
  const question = Buffer.from('000101000001000000000000076578616d706c6503636f6d0000010001', 'hex');
  const socket = createSocket('udp4');
  try {
    return await withinLimit(
      new Promise<string>((resolve, reject) => {
        socket.once('error', reject);
        socket.once('message', (message) => resolve(`${message.length} bytes`));
        socket.send(question, port, host, (error) => {
          if (error !== null) reject(error);
        });
      }),
    );
  } finally {
    socket.close();
  }
}

/** @throws an error with the code ETIMEDOUT after the limit */
export async function withinLimit<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timedOut()), timeLimitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(): Error {
  return Object.assign(new Error(`nothing within ${timeLimitMs} ms`), { code: 'ETIMEDOUT' });
}
