// The upper limit: one Fastify route that hands the body to a worker running the same handler, and nothing else.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { fastify } from 'fastify';

const handler = new URL('./fixture/functions/handler.mjs', import.meta.url).href;
const source = `
  const { parentPort } = require('node:worker_threads');
  const loading = import(${JSON.stringify(handler)});
  parentPort.on('message', async ({ id, event }) => {
    const { handler } = await loading;
    parentPort.postMessage({ id, result: JSON.stringify(await handler(JSON.parse(event))) });
  });`;
const workers = Array.from({ length: 2 }, () => new Worker(source, { eval: true }));
const waiting = new Map<number, (result: string) => void>();
for (const worker of workers) {
  worker.on('message', ({ id, result }: { id: number; result: string }) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
}
let calls = 0;

const app = fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.post('/open', async (request, reply) => {
  const id = ++calls;
  const result = await new Promise<string>((resolve) => {
    waiting.set(id, resolve);
    workers[id % workers.length]?.postMessage({ id, event: JSON.stringify({ body: request.body, headers: request.headers }) });
  });
  const { statusCode, body } = JSON.parse(result) as { statusCode: number; body: string };
  return reply.code(statusCode).header('content-type', 'application/json').send(body);
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`listening on ${url}\n`);
await once(process, 'SIGTERM');
process.exit(0);
