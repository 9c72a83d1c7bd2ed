import { Server } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, { port }: { port: number }, listening: () => void): Server {
  return listen.call(this, { port, host: '127.0.0.1' }, listening);
} as typeof listen;
