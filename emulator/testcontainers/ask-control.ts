// GET from the control server. It answers to the names of its own machine only; from another host it is still asked by such a name.
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { type Mapping, ports, urlOf } from './ports.ts';

const answerTimeoutMs = 5_000;

/** The JSON, or null where nothing answers 200 there (yet): Docker's own proxy accepts connections before the emulator does. */
export function askControl(mapping: Mapping, path: '/health' | '/traces'): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const url = new URL(path, urlOf(mapping, ports.control));
  const asked = request(url, { headers: { host: '127.0.0.1' }, agent: false, signal: AbortSignal.timeout(answerTimeoutMs) }, (response) => {
    if (response.statusCode === 200) return json(response).then(resolve, () => resolve(null));
    response.resume();
    resolve(null);
  });
  asked.on('error', () => resolve(null));
  asked.end();
  return promise;
}
