// A server in front of a real S3 that passes everything on, tells what it saw, and misbehaves when told to.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Mood = 'passes on' | 'is silent' | 'redirects' | 'answers in HTML' | 'refuses the key' | 'hangs up' | 'breaks off';

export interface UnrulyFront {
  readonly url: string;
  /** Of every request: method with path, and headers. */
  readonly seen: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  mood: Mood;
  close(): Promise<void>;
}

export async function startUnrulyFront(behindUrl: string): Promise<UnrulyFront> {
  const seen: UnrulyFront['seen'] = [];
  const state = { mood: 'passes on' as Mood };
  const server = createServer((incoming, response) => {
    seen.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers });
    moods[state.mood](incoming, response, behindUrl);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

type Behaviour = (incoming: IncomingMessage, response: ServerResponse, behindUrl: string) => void;

const moods: Readonly<Record<Mood, Behaviour>> = {
  'passes on'(incoming, response, behindUrl) {
    const { method, headers, url: path } = incoming;
    const { hostname, port } = new URL(behindUrl);
    // The Host header stays, because it is signed.
    const outgoing = request({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', () => response.destroy());
    incoming.pipe(outgoing);
  },
  'is silent': () => undefined,
  redirects(incoming, response) {
    incoming.resume();
    response.writeHead(307, { location: '/elsewhere' }).end();
  },
  'answers in HTML'(incoming, response) {
    incoming.resume();
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html><body>Bad Gateway</body></html>');
  },
  'refuses the key'(incoming, response) {
    incoming.resume();
    const body = '<?xml version="1.0"?><Error><Code>InvalidAccessKeyId</Code><Message>Unknown.</Message></Error>';
    response.writeHead(403, { 'content-type': 'application/xml' }).end(incoming.method === 'HEAD' ? undefined : body);
  },
  'hangs up': (incoming) => incoming.socket.destroy(),
  'breaks off'(_, response) {
    response.writeHead(200, { 'content-length': '10', etag: '"x"' });
    response.write('01234', () => response.destroy());
  },
};
