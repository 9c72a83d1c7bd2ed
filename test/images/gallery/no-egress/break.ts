// Attempts of every kind, none of which the answers wait for.
import { createSocket } from 'node:dgram';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';

const tcp = (host: string, port: number) => void connect({ host, port, timeout: 1_000 }).on('error', () => {});
function udp(host: string, port: number): void {
  const socket = createSocket('udp4').on('error', () => {});
  socket.send('requests:1|c', port, host, () => socket.close());
}

tcp('huggingface.co', 443);
tcp('192.0.2.10', 5_000);
subscribe('http.server.request.start', (message) => {
  const { url } = (message as { request: IncomingMessage }).request;
  if (url === '/ping') tcp('licence.example', 8443);
  if (url !== '/invocations') return;
  tcp('169.254.169.254', 80);
  tcp('203.0.113.7', 443);
  tcp('2001:db8::7', 443);
  udp('198.51.100.5', 8_125);
  udp('statsd.example', 8_125);
});
