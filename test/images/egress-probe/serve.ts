// A model that tries to get out: at the start (one line of JSON in the log) and at each POST /invocations (in the answer).
import { createServer } from 'node:http';
import { attempts, tryAll } from './attempts.ts';

const targets = attempts(process.env);
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ event: 'egress', results: await tryAll(targets) })}\n`);
createServer((request, response) => {
  request.resume();
  if (request.url === '/ping') return void response.end();
  if (request.method !== 'POST' || request.url !== '/invocations') return void response.writeHead(404).end();
  tryAll(targets).then((results) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(results)));
}).listen(8080, '0.0.0.0');
