// node test/bench/relay.ts: what the relay adds to a 2 kB POST on one connection, over each way in, beside plain TCP in the same run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createModelChannel, type ModelChannel } from '../../emulator/model/model-channel.ts';
import { connectSocketRelay, connectStreamRelay } from '../../emulator/model/relay/connect-relay.ts';
import { relayCommand } from '../../emulator/model/relay/relay-command.ts';

const requests = { warmUp: 1_000, round: 200, rounds: 10 };
const body = Buffer.from(JSON.stringify({ text: 'x'.repeat(2_000) }));

// Itself in a process of its own is the model.
if (process.argv[2] === 'serve') {
  const server = createServer(async (request, response) => {
    const received = await buffer(request);
    response.end(received);
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
} else {
  await compare();
}

async function compare(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'relay-bench-'));
  const model = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(model.stdout, 'data');
  const address = `127.0.0.1:${String(port).trim()}`;
  const start = (listen: string) => spawn(process.execPath, relayCommand(listen, address).slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  const socketProgram = start(directory);
  await once(socketProgram.stdout, 'data');
  const streamProgram = start('-');
  const direct = createModelChannel({ origin: `http://${address}` });
  const socketRelay = connectSocketRelay({ directory });
  const streamRelay = connectStreamRelay({ stream: Duplex.from({ readable: streamProgram.stdout, writable: streamProgram.stdin }) });
  const ways = [
    { name: 'direct TCP', channel: direct, times: [] as number[] },
    { name: 'relay, Unix socket', channel: socketRelay.channel, times: [] as number[] },
    { name: 'relay, stream', channel: streamRelay.channel, times: [] as number[] },
  ];
  for (const { channel } of ways) await measure(channel, requests.warmUp);
  // In turn, so that what else the machine does meets all of them.
  for (let round = 0; round < requests.rounds; round += 1) {
    for (const { channel, times } of ways) times.push(...(await measure(channel, requests.round)));
  }
  const base = quantiles(ways[0]?.times ?? []);
  for (const { name, times } of ways) {
    const { p50, p99 } = quantiles(times);
    const more = `p50 ${(p50 / base.p50).toFixed(2)} x, ${(p50 - base.p50).toFixed(3)} ms more (goal under 1 ms)`;
    process.stdout.write(
      `${name.padEnd(20)} p50 ${p50.toFixed(3)} ms  p99 ${p99.toFixed(3)} ms${times === ways[0]?.times ? '' : `  ${more}`}\n`,
    );
  }
  for (const { name, channel } of ways) {
    const startedAt = performance.now();
    await channel.send({ method: 'POST', path: '/invocations', headers: {}, body: Buffer.alloc(25 * 1024 * 1024), timeoutMs: 30_000 });
    process.stdout.write(`${name.padEnd(20)} 25 MB there and back ${(performance.now() - startedAt).toFixed(0)} ms\n`);
  }
  await Promise.all([direct.destroy(), socketRelay.close(), streamRelay.close()]);
  for (const child of [socketProgram, streamProgram, model]) child.kill();
  rmSync(directory, { recursive: true });
}

async function measure(channel: ModelChannel, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    const { status } = await channel.send({ method: 'POST', path: '/invocations', headers: {}, body, timeoutMs: 5_000 });
    if (status !== 200) throw new Error(`status ${status}`);
    times.push(performance.now() - startedAt);
  }
  return times;
}

function quantiles(times: readonly number[]): { p50: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
