// A raw HTTP client: header names keep their case in both directions, bodies are bytes, nothing is added or decoded.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly text: string;
  /** All values of a header, the name in any spelling. */
  values(name: string): readonly string[];
  /** The first value. */
  header(name: string): string | undefined;
  /** Names as spelt on the wire. */
  readonly names: readonly string[];
  json(): unknown;
}

export interface HttpCall {
  readonly method?: string;
  /** Flat list of names and values, sent as they are. Host is added. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** @param url the path and query are sent as they are */
export function send(url: string, { method = 'GET', headers = [], body }: HttpCall = {}): Promise<HttpAnswer> {
  const [, host = '', port = '', path = '/'] = /^http:\/\/([^:/]+):(\d+)(.*)$/.exec(url) ?? [];
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host, port, path, method, headers: ['Host', `${host}:${port}`, ...headers, ...length], agent: false },
      (response) => readAnswer(response).then(resolve, reject),
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { rawHeaders } = response;
  const values = (name: string) =>
    rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name.toLowerCase());
  return {
    status: response.statusCode ?? 0,
    body,
    text: body.toString('utf8'),
    values,
    header: (name) => values(name)[0],
    names: rawHeaders.filter((_name, index) => index % 2 === 0),
    json: () => JSON.parse(body.toString('utf8')),
  };
}

/** Writes bytes to a port and returns what came back until the server closed the connection. */
export function sendBytes(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
