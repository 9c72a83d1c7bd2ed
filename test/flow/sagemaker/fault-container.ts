// A container that answers beside the rules, in bytes on a socket: the header X-Amzn-SageMaker-Custom-Attributes names one of `behaviours`.
// Nothing but Node, so that it can run as an image too: `node fault-container.ts serve` listens where SageMaker looks for a container.
import { once } from 'node:events';
import { type AddressInfo, createServer, type ListenOptions, type Server, type Socket } from 'node:net';

const mebibyte = 1024 * 1024;
const crlf = '\r\n';
const containerPort = 8080;
/** Between two bytes of a container that dribbles. */
const dribbleEveryMs = 20;

function head(status: string, ...headers: string[]): string {
  return [`HTTP/1.1 ${status}`, 'Content-Type: text/plain', ...headers, '', ''].join(crlf);
}

const chunked = 'Transfer-Encoding: chunked';
const whole = (status: string, body: string, ...headers: string[]) =>
  `${head(status, ...headers, `Content-Length: ${body.length}`)}${body}`;

type Behaviour = (socket: Socket, body: Buffer) => void;

const saying =
  (...pieces: readonly string[]): Behaviour =>
  (socket) => {
    const [first, ...rest] = pieces;
    if (first === undefined) return;
    // One write a turn of the loop, so that they arrive one by one.
    socket.write(first, 'latin1', () => setTimeout(() => saying(...rest)(socket, Buffer.alloc(0)), 10));
  };
const sayingAndClosing =
  (text: string): Behaviour =>
  (socket) =>
    socket.end(text, 'latin1');
const sayingAndResetting =
  (text: string): Behaviour =>
  (socket) =>
    // A reset takes from the other side what it has not read yet.
    socket.write(text, 'latin1', () => setTimeout(() => socket.resetAndDestroy(), 50));

export const behaviours = {
  good: (socket, body) => socket.write(Buffer.concat([Buffer.from(head('200 OK', `Content-Length: ${body.length}`)), body])),
  'closes before the head': (socket) => socket.end(),
  'resets before the head': (socket) => socket.resetAndDestroy(),
  'closes in mid-head': sayingAndClosing('HTTP/1.1 200 OK\r\nContent-Ty'),
  'closes in mid-body, with a length': sayingAndClosing(`${head('200 OK', 'Content-Length: 100')}half`),
  'resets in mid-body, with a length': sayingAndResetting(`${head('200 OK', 'Content-Length: 100')}half`),
  'closes behind a body without a length': sayingAndClosing(`${head('200 OK')}half`),
  'resets in mid-body, without a length': sayingAndResetting(`${head('200 OK')}half`),
  'closes in mid-chunk': sayingAndClosing(`${head('200 OK', chunked)}ff${crlf}half`),
  'closes in a chunk size': sayingAndClosing(`${head('200 OK', chunked)}4${crlf}half${crlf}1`),
  'closes without the last chunk': sayingAndClosing(`${head('200 OK', chunked)}4${crlf}half${crlf}`),
  'says a chunk size that is none': saying(`${head('200 OK', chunked)}4${crlf}half${crlf}xyz${crlf}`),
  'answers 30 MB': (socket) => {
    socket.write(head('200 OK', `Content-Length: ${30 * mebibyte}`));
    pour(socket, 30 * mebibyte, (bytes) => Buffer.alloc(bytes, 97));
  },
  'fails with 30 MB': (socket) => {
    socket.write(head('500 Oh', `Content-Length: ${30 * mebibyte}`));
    pour(socket, 30 * mebibyte, (bytes) => Buffer.alloc(bytes, 97));
  },
  'fails and breaks off': sayingAndClosing(`${head('500 Oh', 'Content-Length: 100')}half`),
  'fails and never ends': saying(`${head('500 Oh', 'Content-Length: 100')}half`),
  'fails with 1,500 headers': saying(
    `${head('500 Oh', ...Array.from({ length: 1_500 }, (_, index) => `h${index}: v`), 'Content-Length: 4')}oops`,
  ),
  'answers with 1,500 headers': saying(
    `${head('200 OK', ...Array.from({ length: 1_500 }, (_, index) => `h${index}: v`), 'Content-Length: 4', 'X-Amzn-SageMaker-Custom-Attributes: last')}body`,
  ),
  'never ends': (socket) => {
    socket.write(head('200 OK', chunked));
    pour(socket, Number.POSITIVE_INFINITY, (bytes) => Buffer.from(`${bytes.toString(16)}${crlf}${'a'.repeat(bytes)}${crlf}`));
  },
  'never answers': () => {},
  'never goes on behind the head': saying(head('200 OK', chunked)),
  dribbles: (socket) => {
    socket.write(head('200 OK', `Content-Length: ${mebibyte}`));
    const timer = setInterval(() => socket.write('a'), dribbleEveryMs);
    socket.once('close', () => clearInterval(timer));
  },
  'has a header line without a colon': saying(head('200 OK', 'no colon here')),
  'has a head of 1 MB': saying(head('200 OK', `X-Long: ${'a'.repeat(mebibyte)}`)),
  'has a status of 0': saying(whole('0 Zero', 'body')),
  'has a status of 99': saying(whole('099 Low', 'body')),
  'has a status of 700': saying(whole('700 High', 'body')),
  'has two Content-Lengths': saying(`${head('200 OK', 'Content-Length: 4', 'Content-Length: 9')}body`),
  'has a length and chunks': saying(`${head('200 OK', 'Content-Length: 4', chunked)}4${crlf}body${crlf}0${crlf}${crlf}`),
  '204 with a body': saying(`${head('204 No Content', 'Content-Length: 5')}extra`),
  '204 with a body that comes later': saying(head('204 No Content', 'Content-Length: 5'), 'extra'),
  'sends more than its length': saying(`${head('200 OK', 'Content-Length: 4')}body and more`),
  'sends a second answer that nobody asked for': saying(whole('200 OK', 'body'), whole('200 OK', 'of somebody else')),
  'begins a session and ends another': saying(
    whole(
      '200 OK',
      'body',
      `X-Amzn-SageMaker-New-Session-Id: s-2; Expires=2026-11-22T12:00:00Z${crlf}X-Amzn-SageMaker-Closed-Session-Id: s-1`,
    ),
  ),
  'has invalid custom attributes': saying(whole('200 OK', 'body', 'X-Amzn-SageMaker-Custom-Attributes: caf\u00e9')),
  'has an invalid content type': saying(`HTTP/1.1 200 OK${crlf}Content-Type: caf\u00e9${crlf}Content-Length: 4${crlf}${crlf}body`),
  'answers before the body is read': sayingAndClosing(whole('413 Too Large', 'too large', 'Connection: close')),
  'answers whole before the body is read, and resets': sayingAndResetting(whole('413 Too Large', 'too large')),
} as const satisfies Record<string, Behaviour>;

export type BehaviourName = keyof typeof behaviours;
const impatient: ReadonlySet<string> = new Set<BehaviourName>([
  'answers before the body is read',
  'answers whole before the body is read, and resets',
]);

/** No faster than the other side reads. */
function pour(socket: Socket, bytesMax: number, piece: (bytes: number) => Buffer): void {
  let left = bytesMax;
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      const bytes = Math.min(65_536, left);
      left -= bytes;
      if (!socket.write(piece(bytes))) return void socket.once('drain', more);
    }
  };
  more();
}

export interface FaultContainer extends AsyncDisposable {
  /** Null on a Unix socket. */
  readonly port: number | null;
  readonly url: string;
  /** That are open at present. */
  connections(): number;
  /** Over all connections that ever were. */
  bytesSent(): number;
  /** Bodies of the requests that were read whole. */
  readonly bodies: Buffer[];
}

export async function startFaultContainer(listen: ListenOptions = { host: '127.0.0.1', port: 0 }): Promise<FaultContainer> {
  const open = new Set<Socket>();
  const bodies: Buffer[] = [];
  let bytesOfClosed = 0;
  const server: Server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      open.delete(socket);
      bytesOfClosed += socket.bytesWritten;
    });
    serve(socket, bodies);
  });
  server.listen(listen);
  await once(server, 'listening');
  const address = server.address() as AddressInfo | string;
  const port = typeof address === 'string' ? null : address.port;
  return {
    port,
    url: port === null ? 'http://model' : `http://127.0.0.1:${port}`,
    connections: () => open.size,
    bytesSent: () => [...open].reduce((sum, socket) => sum + socket.bytesWritten, bytesOfClosed),
    bodies,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** One request behind the other; bodies with a length only, which is how SageMaker sends them in real time. */
function serve(socket: Socket, bodies: Buffer[]): void {
  let received = Buffer.alloc(0);
  const read = (piece: Buffer) => {
    received = Buffer.concat([received, piece]);
    for (;;) {
      const headEnd = received.indexOf(`${crlf}${crlf}`);
      if (headEnd === -1) return;
      const text = received.toString('latin1', 0, headEnd);
      const name = /^x-amzn-sagemaker-custom-attributes: (.*)$/im.exec(text)?.[1] ?? 'good';
      const behaviour: Behaviour = behaviours[name as BehaviourName] ?? behaviours.good;
      const isPing = text.startsWith('GET /ping');
      const bodyStart = headEnd + 4;
      const bodyEnd = bodyStart + Number(/^content-length: (\d+)$/im.exec(text)?.[1] ?? 0);
      if (impatient.has(name)) {
        socket.off('data', read).pause();
        behaviour(socket, Buffer.alloc(0));
        // Only who reads learns that the other side has gone.
        setTimeout(() => socket.resume(), 200);
        return;
      }
      if (received.length < bodyEnd) return;
      const body = received.subarray(bodyStart, bodyEnd);
      received = received.subarray(bodyEnd);
      if (!isPing) bodies.push(body);
      (isPing ? behaviours.good : behaviour)(socket, body);
    }
  };
  socket.on('data', read);
}

if (import.meta.main && process.argv.includes('serve')) await startFaultContainer({ host: '0.0.0.0', port: containerPort });
