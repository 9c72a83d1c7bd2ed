// node test/bench/invoke-endpoint.ts [seconds]: InvokeEndpoint on 8 connections beside the same posts straight through the relay, in one run.
//   Airlock, relay, model and the load are a process each. The goal: within 25 % of the relay.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ReadyInfo } from '../../emulator/airlock.ts';
import { connectSocketRelay } from '../../emulator/model/relay/connect-relay.ts';
import { relayCommand } from '../../emulator/model/relay/relay-command.ts';

const connections = 8;
const rounds = 5;
const root = fileURLToPath(new URL('../..', import.meta.url));
const contentType = 'application/json';

interface Load {
  readonly seconds: number;
  readonly body: string;
  /** Directory of the relay; or the signed request. */
  readonly through: { readonly relay: string } | { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

// Itself in a process of its own is the load.
if (process.argv[2] === 'load') process.stdout.write(`${await measure(JSON.parse(readFileSync(0, 'utf8')) as Load)}\n`);
else await compare(Number(process.argv[2] ?? 3));

async function compare(seconds: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'invoke-bench-'));
  const children: ChildProcess[] = [];
  const start = async (args: readonly string[], said: string, environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    let output = '';
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${args[0]} ended with ${code}`)));
    while (!output.includes(said)) output += String(((await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer])[0]);
    ended.catch(() => {});
    return output;
  };
  try {
    const environment = { SAGEMAKER_BIND_TO_PORT: '0', MODEL_DIR: join(root, 'model-stub/model') };
    const stub = await start(['model-stub/serve.ts', 'serve'], '"loaded"', environment);
    const address = `127.0.0.1:${/"port":(\d+)/.exec(stub)?.[1]}`;
    await start(relayCommand(directory, address).slice(1), 'relay ready');
    const files = ['--ready-file', join(directory, 'ready.json'), '--credentials-file', join(directory, 'credentials')];
    const ports = ['--port', '0', '--aws-port', '0', '--control-port', '0'];
    await start(['emulator/main.ts', 'up', ...ports, ...files, '--model', `unix:${directory}`, '--log-level', 'error'], 'Ctrl-C ends');
    const ready = JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as ReadyInfo;
    const { records } = JSON.parse(readFileSync(join(root, 'model-stub/samples/people.json'), 'utf8')) as { records: unknown[] };
    for (const count of [1, 100, 1_000]) {
      const body = JSON.stringify({ records: records.slice(0, count) });
      const direct = { seconds, body, through: { relay: directory } };
      const through = { url: `${ready.awsUrl}/endpoints/${ready.endpointName}/invocations`, headers: await sign(ready, body) };
      const invoked = { seconds, body, through };
      await runLoad({ ...direct, seconds: 1 });
      await runLoad({ ...invoked, seconds: 1 });
      const ratios: { direct: number; invoked: number }[] = [];
      // In turn, so that what else the machine does meets both.
      for (let round = 0; round < rounds; round += 1) ratios.push({ direct: await runLoad(direct), invoked: await runLoad(invoked) });
      ratios.sort((one, other) => one.invoked / one.direct - other.invoked / other.direct);
      const median = ratios[Math.floor(rounds / 2)] ?? { direct: Number.NaN, invoked: Number.NaN };
      const rates = `InvokeEndpoint ${median.invoked.toFixed(0)} requests/s, relay ${median.direct.toFixed(0)} requests/s`;
      process.stdout.write(
        `${String(count).padStart(5)} records, ${body.length} bytes: ${rates}, ${(median.invoked / median.direct).toFixed(2)} x (goal at least 0.75 x)\n`,
      );
    }
  } finally {
    for (const child of children.reverse()) child.kill();
    rmSync(directory, { recursive: true });
  }
}

async function runLoad(load: Load): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'load'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(load));
  let output = '';
  for await (const piece of child.stdout) output += String(piece);
  if (output === '') throw new Error('the load ended without a result');
  return Number(output);
}

/** One signature for all of them: it is good for five minutes, and the emulator verifies it each time. */
async function sign({ awsUrl, endpointName, region, credentials }: ReadyInfo, body: string): Promise<Record<string, string>> {
  const { hostname, port, host } = new URL(awsUrl);
  const signer = new SignatureV4({ service: 'sagemaker', region, credentials: credentials['customer-admin'], sha256: Sha256 });
  const signed = await signer.sign({
    ...{ method: 'POST', protocol: 'http:', hostname, port: Number(port), path: `/endpoints/${endpointName}/invocations`, query: {}, body },
    headers: { host, 'content-type': contentType },
  });
  return signed.headers;
}

/** Requests a second. @throws where any answer is not 200 */
async function measure({ seconds, body, through }: Load): Promise<number> {
  const bytes = Buffer.from(body);
  const relay = 'relay' in through ? connectSocketRelay({ directory: through.relay }) : null;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const post = async (): Promise<void> => {
    if ('relay' in through) {
      const headers = { 'content-type': contentType };
      const answer = await relay?.channel.send({ method: 'POST', path: '/invocations', headers, body: bytes, timeoutMs: 10_000 });
      if (answer?.status !== 200) throw new Error(`the model answered ${answer?.status}`);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const outgoing = request(through.url, { method: 'POST', agent, headers: through.headers }, (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`InvokeEndpoint answered ${response.statusCode}`)),
        );
      });
      outgoing.once('error', reject);
      outgoing.end(bytes);
    });
  };
  let done = 0;
  const endsAt = performance.now() + seconds * 1_000;
  const loop = async () => {
    for (; performance.now() < endsAt; done += 1) await post();
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
  await relay?.close();
  return done / seconds;
}
