import { Server, type ServerResponse } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string, ...parts: [{ url?: string }, ServerResponse]): boolean {
  if (event !== 'request' || parts[0].url !== '/ping') return emit.call(this, event, ...parts);
  parts[1].writeHead(200, { 'content-type': 'application/json' }).end('{"status":"Unhealthy"}');
  return true;
} as typeof emit;
