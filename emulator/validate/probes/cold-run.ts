// A second container from the same image: asked what the first one was asked, watched for a while, then stopped as SageMaker stops one.
import { containerStopTimeoutMs } from '../../limits.ts';
import type { ContainerExit } from '../../model/docker/model-container.ts';
import { pause } from '../../model/readiness.ts';
import { ContainerNotStarted, type ValidationContainer } from '../containers.ts';
import { NotDecided, type Probe, type ProbeContext } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { platformHeaders } from '../platform-headers.ts';
import type { Startup } from '../report.ts';
import { type GoodAnswer, goodAnswers } from './sample-answers.ts';
import { pingUntilReady, servingContainer } from './sealed-run.ts';

export interface ColdRun {
  readonly startup: Startup;
  /** One for each sample that is answered 2xx; null: there are none. */
  readonly answers: readonly ColdAnswer[] | null;
  /** It was watched up to then; the end that it came to by itself, else null. */
  readonly watchedMs: number;
  readonly ownEnd: ContainerExit | null;
  /** Null: there was nothing left to stop. */
  readonly stop: { readonly durationMs: number; readonly exit: ContainerExit } | null;
  readonly logLines: readonly string[];
}

export interface ColdAnswer {
  readonly sample: string;
  /** From the first container, asked twice; what differs there says nothing of a restart. */
  readonly first: Invoked;
  readonly again: Invoked;
  readonly cold: Invoked;
}

const watchMs = 3_500;
const samplesMax = 5;

export const coldRun: Probe<ColdRun> = {
  title: 'starting a second container, and stopping it',
  run: (context) => runCold(context),
};

async function runCold(context: ProbeContext): Promise<ColdRun> {
  const { containers, evidence, options, signal } = context;
  const sealed = await servingContainer(evidence);
  // Before the second one takes its turn: what it waits for must not need that turn.
  const asked = await askAgain(context, sealed);
  let container: ValidationContainer;
  try {
    container = await containers.start({ network: 'none' });
  } catch (error) {
    if (error instanceof ContainerNotStarted) throw new NotDecided(`a second container cannot be started: ${error.message}`);
    throw error;
  }
  await using cold = container;
  const startup = await pingUntilReady(cold, { timeoutMs: options.startupTimeoutMs, signal });
  const answers: ColdAnswer[] = [];
  for (const { good, again } of startup.readyMs === null ? [] : asked) {
    answers.push({ sample: good.sample.name, first: good.invoked, again, cold: await ask(cold, good, signal) });
  }
  const readyAtMs = cold.startedAtMs + (startup.readyMs ?? 0);
  const endsAtMs = startup.readyMs === null ? 0 : readyAtMs + watchMs;
  await Promise.race([cold.exited, pause(Math.max(0, endsAtMs - performance.now()), signal)]);
  const watchedMs = Math.round(performance.now() - cold.startedAtMs);
  const ownEnd = cold.exit();
  const stop = ownEnd === null && startup.readyMs !== null ? await cold.stop(containerStopTimeoutMs) : null;
  signal.throwIfAborted();
  return { startup, answers: asked.length === 0 ? null : answers, watchedMs, ownEnd, stop, logLines: [...cold.logLines()] };
}

async function askAgain(
  { evidence, signal }: ProbeContext,
  sealed: ValidationContainer,
): Promise<readonly { readonly good: GoodAnswer; readonly again: Invoked }[]> {
  const known = await goodAnswers(evidence).catch((error: unknown) => {
    if (error instanceof NotDecided) return [];
    throw error;
  });
  const asked: { good: GoodAnswer; again: Invoked }[] = [];
  for (const good of known.slice(0, samplesMax)) asked.push({ good, again: await ask(sealed, good, signal) });
  return asked;
}

function ask({ channel }: ValidationContainer, { sample }: GoodAnswer, signal: AbortSignal): Promise<Invoked> {
  return invoke(channel, { headers: platformHeaders(sample), body: sample.body, signal });
}
