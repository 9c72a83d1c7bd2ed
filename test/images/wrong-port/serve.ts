// Serves well, on a port that SageMaker does not ask.
import { createServer } from 'node:http';

process.on('SIGTERM', () => process.exit(0));
process.stdout.write('loading the model\n');
createServer((_request, response) => response.end()).listen(9090, '0.0.0.0', () => process.stdout.write('listening on 9090\n'));
