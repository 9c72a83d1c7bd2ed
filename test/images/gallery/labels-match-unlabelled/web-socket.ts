// Loaded before the server: each one that listens opens WebSockets, too.
import { Server } from 'node:http';
import type { Duplex } from 'node:stream';

const { listen } = Server.prototype;
const opened = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

Object.defineProperty(Server.prototype, 'listen', {
  value(this: Server, ...args: unknown[]) {
    this.on('upgrade', (_request: unknown, socket: Duplex) => socket.on('error', () => {}).end(opened));
    return Reflect.apply(listen, this, args);
  },
});
