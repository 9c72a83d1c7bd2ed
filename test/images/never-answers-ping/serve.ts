// Accepts connections on the right port and never says a word there.
import { createServer } from 'node:net';

process.on('SIGTERM', () => process.exit(0));
createServer((socket) => socket.on('error', () => socket.destroy()).resume()).listen(8080, '0.0.0.0', () =>
  process.stdout.write('loading the model\n'),
);
