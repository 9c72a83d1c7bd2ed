// /execution-parameters is not what batch transform takes.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
  if (event === 'request' && isTaken(...(rest as [IncomingMessage, ServerResponse]))) return true;
  return emit.call(this, event, ...rest);
};

function isTaken(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== '/execution-parameters') return false;
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"MaxConcurrentTransforms":4,"BatchStrategy":"MultiRecord","MaxPayloadInMB":6}');
  return true;
}
