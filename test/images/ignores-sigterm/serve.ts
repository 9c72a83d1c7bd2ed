// Serves, and does not stop when told to: only SIGKILL ends it.
import { createServer } from 'node:http';

process.on('SIGTERM', () => process.stdout.write('SIGTERM ignored\n'));
createServer((request, response) => {
  request.resume();
  response.end(request.url === '/ping' ? '' : '{"results":[]}');
}).listen(8080, '0.0.0.0');
