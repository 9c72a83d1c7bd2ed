// A second run of the container, on a network that leads nowhere: what it tries to reach during start, ping and invocation.

import { pause } from '../../model/readiness.ts';
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import type { EgressAttempt } from '../report.ts';
import { groupAttempts, type RunPhases } from '../sinkhole/sinkhole-lines.ts';
import { type Invocation, invokeAll } from './invoke-all.ts';
import { pingOnce, pingUntilReady } from './sealed-run.ts';
import { openSinkhole } from './sinkhole-network.ts';

export interface EgressRun {
  readonly attempts: readonly EgressAttempt[];
  /** Empty where it did not come into service. */
  readonly invocations: readonly Invocation[];
  readonly serves: boolean;
  /** For people: what this machine does not show; empty: nothing of TCP, UDP and DNS. */
  readonly unseen: readonly string[];
}

/** Ours: a container that waits for an answer from outside before it serves is looked at for so long. */
const startTimeoutMs = 60_000;
const pings = 5;
/** What it does by itself, in the background, is part of what it does between two requests. */
const pingPauseMs = 200;
const afterMs = 300;

export const egressRun: Probe<EgressRun> = {
  title: 'watching what the container tries to reach',
  async run(context) {
    await using sinkhole = await openSinkhole(context);
    const container = await start(context, sinkhole.containerId);
    try {
      const { invocations, ...phases } = await use(container, context);
      const lines = await sinkhole.finish();
      const unseen = [
        ...(sinkhole.tracks ? [] : ['datagrams of sockets without a peer, and connections that were refused at once']),
        ...(sinkhole.seesIpv6 ? [] : ['attempts over IPv6']),
        ...(lines.some(({ kind }) => kind === 'tooMany') ? ['what came after the first 5,000 attempts'] : []),
      ];
      return { attempts: groupAttempts(lines, phases), invocations, serves: phases.pingsMs !== null, unseen };
    } finally {
      await container[Symbol.asyncDispose]();
    }
  },
};

async function start({ containers }: ProbeContext, namespaceOf: string): Promise<ValidationContainer> {
  try {
    return await containers.start({ network: { namespaceOf } });
  } catch (error) {
    if (error instanceof ContainerNotStarted) throw new NotDecided(`the container cannot be started: ${error.message}`);
    throw error;
  }
}

async function use(container: ValidationContainer, context: ProbeContext): Promise<RunPhases & { invocations: readonly Invocation[] }> {
  const { options, signal } = context;
  const skewMs = await clockSkewMs(context);
  const now = () => Date.now() + skewMs;
  const startedMs = Date.parse((await container.inspect()).State.StartedAt);
  const { readyMs } = await pingUntilReady(container, { timeoutMs: Math.min(options.startupTimeoutMs, startTimeoutMs), signal });
  if (readyMs === null) return { startedMs, pingsMs: null, invocationsMs: null, invocations: [] };
  const pingsMs = now();
  for (let count = 0; count < pings; count += 1) {
    await pingOnce(container.channel, signal);
    await pause(pingPauseMs, signal);
  }
  const invocationsMs = now();
  const invocations = await invokeAll(container, context);
  await pause(afterMs, signal);
  return { startedMs, pingsMs, invocationsMs, invocations };
}

/** How far the clock of Docker's machine is ahead; another machine's, or that of a virtual one, is known to half an answer's time. */
async function clockSkewMs({ engine }: ProbeContext): Promise<number> {
  const beganMs = Date.now();
  const { SystemTime: time } = (await engine.docker.info()) as { SystemTime: string };
  const endedMs = Date.now();
  const skewMs = Date.parse(time) - (beganMs + endedMs) / 2;
  return Math.abs(skewMs) <= (endedMs - beganMs) / 2 + 5 ? 0 : skewMs;
}
