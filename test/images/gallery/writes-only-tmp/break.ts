import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

subscribe('http.server.request.start', (message) => {
  if ((message as { request: IncomingMessage }).request.url !== '/invocations') return;
  try {
    writeFileSync('/opt/program/requests.count', '1');
  } catch (error) {
    process.stderr.write(`cannot count: ${(error as Error).message}\n`);
  }
});
