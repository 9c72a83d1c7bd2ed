import { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';

const busyMs = 1_000;
/** In between it has time for /ping and for what it was asked meanwhile. */
const freeMs = 1_500;
let freeSinceMs = 0;

const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, address: object, listening: () => void): Server {
  return listen.call(this, { ...address, backlog: 1 }, listening);
} as typeof listen;

const emit = HttpServer.prototype.emit as (this: HttpServer, event: string, ...parts: unknown[]) => boolean;
HttpServer.prototype.emit = function (this: HttpServer, event: string, ...parts: [{ url?: string }]): boolean {
  if (event === 'request' && parts[0].url === '/invocations' && performance.now() > freeSinceMs + freeMs) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
    freeSinceMs = performance.now();
  }
  return emit.call(this, event, ...parts);
} as typeof emit;
