// A body of more than 8 MB is answered 413.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request' && isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  return emit.call(this, event, ...rest);
};

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers['content-length'] ?? 0) <= 8 * 1024 * 1024) return false;
  request.resume();
  response.writeHead(413).end();
  return true;
}
