// The upper limit: one Fastify route that hands an event to a pool of workers running the same handler, one call at a time each
// (Lambda's rule), and nothing else: no routing, no authorizer, no event mapping, no trace.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { fastify } from 'fastify';

const handler = new URL('./fixture/functions/handler.mjs', import.meta.url).href;
const source = `
  const { parentPort } = require('node:worker_threads');
  const loading = import(${JSON.stringify(handler)});
  parentPort.on('message', async (event) => {
    const { handler } = await loading;
    parentPort.postMessage(JSON.stringify(await handler(JSON.parse(event))));
  });`;
const free = Array.from({ length: 10 }, () => new Worker(source, { eval: true }));
const waiting: (() => void)[] = [];

async function invoke(event: string): Promise<string> {
  while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  const worker = free.pop() as Worker;
  worker.postMessage(event);
  const [result] = (await once(worker, 'message')) as [string];
  free.push(worker);
  waiting.shift()?.();
  return result;
}

const app = fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.post('/open', async (request, reply) => {
  const { statusCode, body } = JSON.parse(await invoke(JSON.stringify({ body: request.body, headers: request.headers }))) as {
    statusCode: number;
    body: string;
  };
  return reply.code(statusCode).header('content-type', 'application/json').send(body);
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`listening on ${url}\n`);
await once(process, 'SIGTERM');
process.exit(0);
