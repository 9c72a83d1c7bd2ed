import { createServer } from 'node:http';

createServer((_request, response) => response.end('requests 1\n'))
  .listen(9090, '0.0.0.0')
  .unref();
