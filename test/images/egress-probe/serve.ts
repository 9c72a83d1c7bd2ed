// A model that tries to get out: at the start (one line of JSON in the log) and at each POST /invocations (in the answer).
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { probe } from './probe.ts';

process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ event: 'egress', ...(await probe()) })}\n`);
createServer(async (request, response) => {
  if (request.url === '/ping') return response.end();
  if (request.method !== 'POST' || request.url !== '/invocations') return response.writeHead(404).end();
  const { targets = [] } = JSON.parse((await text(request)) || '{}') as { targets?: string[] };
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await probe(targets)));
}).listen(8080, '0.0.0.0');
