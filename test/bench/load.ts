// Measured load on one URL: latencies one after the other on one connection, throughput on several.
import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One request after the other over one kept connection. @throws where any answer is not 200: a fast error is no result. */
export async function measureLatency(target: Target, { warmUp, requests }: { warmUp: number; requests: number }): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const took: number[] = [];
  for (let index = 0; index < warmUp + requests; index++) {
    const beganAt = performance.now();
    await post(target, agent);
    if (index >= warmUp) took.push(performance.now() - beganAt);
  }
  agent.destroy();
  took.sort((a, b) => a - b);
  const quantile = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

function post({ url, headers, body }: Target, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`))));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

const autocannon = fileURLToPath(new URL('../../node_modules/autocannon/autocannon.js', import.meta.url));

/** Requests a second, by autocannon in a process of its own. @throws where any answer is not 2xx */
export function measureThroughput(
  { url, headers, body }: Target,
  { connections, seconds }: { connections: number; seconds: number },
): number {
  const lines = Object.entries({ 'content-type': 'application/json', ...headers }).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = [autocannon, '-j', '-m', 'POST', '-c', String(connections), '-d', String(seconds), '-b', body, ...lines, url];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { non2xx: number; errors: number; requests: { average: number } };
  if (report.non2xx > 0 || report.errors > 0)
    throw new Error(`${url}: ${report.non2xx} answers not 2xx, ${report.errors} errors\n${stderr}`);
  return report.requests.average;
}
