// Sends bytes as they are: a path that no URL parser touches, a body in any framing, a head that no client would write.
import { type Agent, request } from 'node:http';

export interface RawRequest {
  readonly url: string;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces are written one after the other; without a content-length they go as HTTP chunks. */
  readonly body?: readonly (string | Buffer)[];
  readonly agent?: Agent;
}

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** True where the server said 100 Continue. */
  readonly continued: boolean;
}

export function sendRaw({ url, method, target, headers, body = [], agent }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let continued = false;
    const outgoing = request({ hostname, port, method, path: target, headers, ...(agent && { agent }) }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers as RawAnswer['headers'],
          body: Buffer.concat(pieces).toString(),
          continued,
        }),
      );
    });
    outgoing.once('error', reject);
    const write = () => {
      for (const piece of body) outgoing.write(piece);
      outgoing.end();
    };
    if (headers.expect === undefined) return write();
    outgoing.flushHeaders();
    outgoing.once('continue', () => {
      continued = true;
      write();
    });
    return undefined;
  });
}
