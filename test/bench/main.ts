// npm run bench: start-up, one record end to end, and the same handler behind Airlock and its peer, all in one run, as ratios.
import { postSigned } from '../../emulator/commands/signed-request.ts';
import { measureLatency, measureThroughput, type Target } from './load.ts';
import { fixtureTemplate, installPeer, peerUrl, type RunningAirlock, startAirlockProcess, startBareRoute, startPeer } from './servers.ts';

const seconds = Number(process.env.AIRLOCK_BENCH_SECONDS ?? 5);
const latencyRuns = { warmUp: 1_000, requests: 2_000 };

function say(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(62)} ${value}\n`);
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const times = (value: number) => `${value.toFixed(2)} x`;

async function medianOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

async function startAndStop(): Promise<number> {
  await using airlock = await startAirlockProcess();
  return airlock.startedInMs;
}

async function oneRecord(airlock: RunningAirlock): Promise<Target> {
  const { ready } = airlock;
  const answer = await postSigned(
    `${ready.apiUrl}/init`,
    { productCode: 'airlock-identity' },
    { credentials: ready.credentials['customer-app'], region: ready.region },
  );
  const { token } = (await answer.json()) as { token: string };
  return {
    url: `${ready.apiUrl}/request`,
    headers: { authorization: `Bearer ${token}` },
    body: '{"records":[{"id":"c-0001","email":"Lena.Sample0001+news@gmail.com"}]}',
  };
}

await startAndStop(); // fills the compile cache, as the first run after npm ci does
const upMs = await medianOf(5, startAndStop);
say('airlock up, ready (median of 5; goal under 1 s)', ms(upMs));

{
  await using airlock = await startAirlockProcess();
  const latency = await measureLatency(await oneRecord(airlock), latencyRuns);
  say('POST /request, 1 record, 1 connection: p50 (goal under 5 ms)', `${ms(latency.p50Ms)}, p99 ${ms(latency.p99Ms)}`);
}

const token = { authorization: 'Bearer bench' };
const body = JSON.stringify({ text: 'x'.repeat(2_000) });
let own: { guardedMs: number; guardedRps: number; openRps: number };
{
  await using airlock = await startAirlockProcess(fixtureTemplate);
  const guarded = { url: `${airlock.ready.apiUrl}/guarded`, headers: token, body };
  const open = { url: `${airlock.ready.apiUrl}/open`, headers: {}, body };
  const { p50Ms } = await measureLatency(guarded, latencyRuns);
  own = {
    guardedMs: p50Ms,
    guardedRps: measureThroughput(guarded, { connections: 8, seconds }),
    openRps: measureThroughput(open, { connections: 8, seconds }),
  };
  say('small handler, authorised, 1 connection: p50', ms(own.guardedMs));
  say('small handler, authorised, 8 connections', `${own.guardedRps.toFixed(0)} requests/s`);
  say('small handler, open, 8 connections', `${own.openRps.toFixed(0)} requests/s`);
}
{
  await using bare = await startBareRoute();
  const bareRps = measureThroughput({ url: `${bare.url}/open`, headers: {}, body }, { connections: 8, seconds });
  say('bare Fastify route and a worker, 8 connections', `${bareRps.toFixed(0)} requests/s`);
  say('  Airlock open / bare route (goal at least 0.8 x)', times(own.openRps / bareRps));
}

const peerDirectory = installPeer();
if (peerDirectory !== null) {
  const peerUpMs = await medianOf(3, async () => {
    await using peer = await startPeer(peerDirectory);
    return peer.startedInMs;
  });
  say('serverless-offline, ready (median of 3; two functions only)', ms(peerUpMs));
  say('  Airlock / serverless-offline (goal at most 0.5 x)', times(upMs / peerUpMs));
  await using _peer = await startPeer(peerDirectory);
  const guarded = { url: `${peerUrl}/guarded`, headers: token, body };
  const { p50Ms } = await measureLatency(guarded, latencyRuns);
  say('serverless-offline, authorised, 1 connection: p50', ms(p50Ms));
  say('  Airlock / serverless-offline (goal at most 0.2 x)', times(own.guardedMs / p50Ms));
  const peerRps = measureThroughput(guarded, { connections: 8, seconds });
  say('serverless-offline, authorised, 8 connections', `${peerRps.toFixed(0)} requests/s`);
  say('  Airlock / serverless-offline (goal at least 10 x)', times(own.guardedRps / peerRps));
}
