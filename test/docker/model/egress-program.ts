// The program of a model that tries to get out. POST /invocations answers what came of each attempt: `reached`, or the error's code.

/** The request's body: { "listener": "HOST:PORT", "gateway": "HOST:PORT" }. */
export const egressProgram = `
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createSocket } from 'node:dgram';
import { lookup, Resolver } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

const limitMs = 1500;
const outcome = (attempt) => Promise.race([
  attempt().then(() => 'reached', (error) => error.code ?? error.message),
  new Promise((resolve) => setTimeout(resolve, limitMs, 'no answer')),
]);
const stream = (place) => () => new Promise((resolve, reject) => {
  const socket = connect(place, () => { socket.destroy(); resolve(); });
  socket.on('error', reject);
});
const datagram = (host, port) => () => new Promise((resolve, reject) => {
  const socket = createSocket('udp4');
  socket.on('error', reject).on('message', () => { socket.close(); resolve(); });
  socket.send('ping', port, host, (error) => { if (error) reject(error); });
});
const parts = (text) => { const at = text.lastIndexOf(':'); return [text.slice(0, at), Number(text.slice(at + 1))]; };

async function tryAll({ listener, gateway }) {
  const [host, port] = parts(listener);
  const [gatewayHost, gatewayPort] = parts(gateway);
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers(['1.1.1.1']);
  const attempts = {
    'TCP to a container': stream({ host, port }),
    'UDP to a container': datagram(host, port),
    'TCP to the bridge': stream({ host: gatewayHost, port: gatewayPort }),
    'UDP to the bridge': datagram(gatewayHost, gatewayPort),
    'TCP to the internet': stream({ host: '1.1.1.1', port: 443 }),
    'TCP over IPv6': stream({ host: '2606:4700:4700::1111', port: 443 }),
    'instance metadata': stream({ host: '169.254.169.254', port: 80 }),
    'container credentials': stream({ host: '169.254.170.2', port: 80 }),
    'DNS by the system': () => lookup('example.com'),
    'DNS by UDP': () => resolver.resolve4('example.com'),
    'name of the host': () => lookup('host.docker.internal'),
    'Docker socket': stream({ path: '/var/run/docker.sock' }),
    'Docker socket in /run': stream({ path: '/run/docker.sock' }),
  };
  const outcomes = await Promise.all(Object.entries(attempts).map(async ([name, attempt]) => [name, await outcome(attempt)]));
  return { outcomes: Object.fromEntries(outcomes), interfaces: Object.keys(networkInterfaces()) };
}

process.on('SIGTERM', () => process.exit());
createServer(async (request, response) => {
  if (request.url === '/ping') return response.end();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await tryAll(JSON.parse(Buffer.concat(chunks)))));
}).listen(8080);
`;
