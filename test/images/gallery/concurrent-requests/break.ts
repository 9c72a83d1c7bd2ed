// More than eight requests at the same time are refused.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event !== 'request') return emit.call(this, event, ...rest);
  if (isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  // Long enough for requests to meet.
  setTimeout(() => emit.call(this, event, ...rest), 50);
  return true;
};

let underWay = 0;

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'POST') return false;
  underWay += 1;
  response.once('close', () => {
    underWay -= 1;
  });
  if (underWay <= 8) return false;
  request.resume();
  response.writeHead(503).end();
  return true;
}
