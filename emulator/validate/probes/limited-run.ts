// The container with no more memory and processors than the smallest instance type has that the package declares, or than the options say.
import { text } from 'node:stream/consumers';
import type { ContainerExit } from '../../model/docker/model-container.ts';
import { pause } from '../../model/readiness.ts';
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { smallestInstance } from '../instance-sizes.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { declaredInstanceTypes } from './declared-instance-types.ts';
import { requestToSend } from './generic-request.ts';
import { pingPolls } from './ping-polls.ts';
import { pingUntilReady, sealedRun, servingContainer } from './sealed-run.ts';

export interface LimitedRun {
  /** For people: "ml.m5.large", "--model-memory". */
  readonly limitsOf: string;
  readonly memoryBytes: number;
  readonly cpus: number | null;
  /** This machine has less: the container was run with what there is. */
  readonly isSmallerHere: boolean;
  readonly readyMs: number | null;
  readonly exit: ContainerExit | null;
  /** A process of it was killed for its memory, perhaps a worker that its server starts again. */
  readonly hasOomEvent: boolean;
  readonly invoked: Invoked | null;
  readonly logLines: readonly string[];
}

/** The daemon hears of a killed process a little later. */
const eventDelayMs = 100;

export const limitedRun: Probe<LimitedRun> = {
  title: 'running it with the memory of its smallest instance type',
  run: (context) => (context.options.memoryBytes === null ? runAsInstance(context) : lookAtSealed(context, context.options.memoryBytes)),
};

/** Every container of this validation has the limits of the options already. */
async function lookAtSealed(context: ProbeContext, memoryBytes: number): Promise<LimitedRun> {
  const { evidence, options } = context;
  const run = await evidence.of(sealedRun);
  if (run.kind === 'notStarted') throw new NotDecided('the container cannot be started');
  if (run.kind === 'serving') {
    // After it was asked for something.
    await evidence.of(pingPolls).catch((error: unknown) => {
      if (!(error instanceof NotDecided)) throw error;
    });
  }
  const { container, startup } = run;
  return {
    ...{ limitsOf: 'the options', memoryBytes, cpus: options.cpus, isSmallerHere: false, readyMs: startup.readyMs, invoked: null },
    ...(await endOf(container, context)),
  };
}

async function runAsInstance(context: ProbeContext): Promise<LimitedRun> {
  const { containers, engine, evidence, options, signal } = context;
  const types = await evidence.of(declaredInstanceTypes);
  const smallest = smallestInstance(types);
  if (smallest === null) throw new NotDecided(`the size of none of the declared instance types is known here (${types.join(', ')})`);
  await servingContainer(evidence);
  const request = await requestToSend(evidence);
  const host = (await engine.docker.info()) as { MemTotal: number; NCPU: number };
  const isSmallerHere = host.MemTotal < smallest.memoryBytes;
  const limits = { memoryBytes: Math.min(smallest.memoryBytes, host.MemTotal), cpus: Math.min(smallest.cpus, host.NCPU) };
  let started: ValidationContainer;
  try {
    started = await containers.start({ network: 'none', ...limits });
  } catch (error) {
    if (error instanceof ContainerNotStarted) throw new NotDecided(`Docker does not start it with these limits: ${error.message}`);
    throw error;
  }
  await using container = started;
  const { readyMs } = await pingUntilReady(container, { timeoutMs: options.startupTimeoutMs, signal });
  const invoked = readyMs === null ? null : await invoke(container.channel, { headers: request.headers, body: request.body, signal });
  return { limitsOf: smallest.type, ...limits, isSmallerHere, readyMs, invoked, ...(await endOf(container, context)) };
}

async function endOf(
  container: ValidationContainer,
  { engine, signal }: ProbeContext,
): Promise<Pick<LimitedRun, 'exit' | 'hasOomEvent' | 'logLines'>> {
  await pause(eventDelayMs, signal);
  const { SystemTime: now } = (await engine.docker.info()) as { SystemTime: string };
  // By the daemon's clock: then it tells what was, and ends.
  const until = Date.parse(now) / 1_000;
  const stream = await engine.docker.getEvents({ since: 0, until, filters: { container: [container.id], event: ['oom'] } });
  const hasOomEvent = (await text(stream)).trim() !== '';
  return { exit: container.exit(), hasOomEvent, logLines: [...container.logLines()] };
}
