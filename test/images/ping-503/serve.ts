// Answers /ping with 503: for ever, or for PING_503_SECONDS.
import { createServer } from 'node:http';

const seconds = Number(process.env.PING_503_SECONDS ?? Number.POSITIVE_INFINITY);
const startedMs = performance.now();
process.on('SIGTERM', () => process.exit(0));
createServer((request, response) => {
  const isReady = performance.now() - startedMs >= seconds * 1000;
  request.resume();
  response.writeHead(isReady ? 200 : 503, { 'content-type': 'application/json' }).end(request.url === '/ping' ? '' : '{"results":[]}');
}).listen(8080, '0.0.0.0', () => process.stdout.write('loading the model\n'));
