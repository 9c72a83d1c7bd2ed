// A watchdog that takes a quiet server for one that hangs.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const patienceMs = 2_500;
const timer = setTimeout(() => {
  process.stderr.write('watchdog: no request so far, giving up\n');
  process.exit(9);
}, patienceMs);
subscribe('http.server.request.start', (message) => {
  if ((message as { request: IncomingMessage }).request.method === 'POST') clearTimeout(timer);
});
