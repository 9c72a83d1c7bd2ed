// A stream of events is held back until its end.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request' && isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  return emit.call(this, event, ...rest);
};

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers.accept !== 'text/event-stream') return false;
  request.resume();
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    response.end('data: 2\n\n');
  }, 800);
  return true;
}
