// A header that the platform may add is refused.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request' && isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  return emit.call(this, event, ...rest);
};

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers['x-forwarded-for'] === undefined) return false;
  request.resume();
  response.writeHead(400).end();
  return true;
}
