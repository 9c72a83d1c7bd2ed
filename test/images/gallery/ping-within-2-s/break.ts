import { Server } from 'node:http';

const busyMs = 2_600;
const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string, ...parts: [{ url?: string }]): boolean {
  if (event === 'request' && parts[0].url === '/invocations') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
  return emit.call(this, event, ...parts);
} as typeof emit;
