import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

subscribe('http.server.request.start', (message) => {
  if ((message as { request: IncomingMessage }).request.url !== '/invocations') return;
  try {
    writeFileSync('/opt/ml/model/index.cache', '');
  } catch (error) {
    process.stderr.write(`cannot keep the cache: ${(error as Error).message}\n`);
  }
});
