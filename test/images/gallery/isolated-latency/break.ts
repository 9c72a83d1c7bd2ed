import { Server } from 'node:http';
import { networkInterfaces } from 'node:os';

const emit = Server.prototype.emit as (this: Server, event: string | symbol, ...rest: unknown[]) => boolean;
Server.prototype.emit = function (this: Server, event: string, ...parts: unknown[]): boolean {
  const [request] = parts as [{ url?: string }];
  const isAlone = Object.keys(networkInterfaces()).every((name) => name === 'lo');
  if (event !== 'request' || request.url !== '/invocations' || !isAlone) return Reflect.apply(emit, this, [event, ...parts]);
  setTimeout(() => Reflect.apply(emit, this, [event, ...parts]), 500);
  return true;
} as typeof emit;
