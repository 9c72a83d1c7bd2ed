// JSON Lines that are to become CSV come to nothing.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request' && isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  return emit.call(this, event, ...rest);
};

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  const { headers } = request;
  if (headers['content-type'] !== 'application/jsonlines' || headers.accept !== 'text/csv') return false;
  request.resume();
  response.writeHead(200, { 'content-type': 'text/csv' }).end();
  return true;
}
