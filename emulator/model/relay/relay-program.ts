// The relay as a file that Node runs: `node relay-program.ts LISTEN [HOST:PORT] [--leave-stale]`, as docker-compose.yml does. See program/run-relay.ts.
import { runRelay } from './program/run-relay.ts';

await runRelay(process.argv.slice(2));
