// In a batch job a body of more than 2 MB is answered 413.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request' && isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  return emit.call(this, event, ...rest);
};

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  if (process.env.SAGEMAKER_BATCH !== 'true' || Number(request.headers['content-length'] ?? 0) <= 2 * 1024 * 1024) return false;
  request.resume();
  response.writeHead(413).end();
  return true;
}
